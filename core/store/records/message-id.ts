// A message's id holds its folder and its UID, so that the messages of a folder lie together and in order.

const uids = 2 ** 32;

export function messageId(folderId: number, uid: number): number {
  return folderId * uids + uid;
}

export function firstId(folderId: number): number {
  return folderId * uids;
}

export function lastId(folderId: number): number {
  return folderId * uids + uids - 1;
}

export function folderOf(id: number): number {
  return Math.floor(id / uids);
}
