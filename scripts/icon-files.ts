// Writes .ico and .icns files from pictures. Small pictures of an .ico are bitmaps, because installers and old Windows read no others.

export interface Picture {
  readonly size: number;
  readonly png: Buffer;
  /** Four bytes a pixel, from the top. */
  readonly rgba: Buffer;
}

const icoHeaderBytes = 6;
const icoEntryBytes = 16;

export function ico(pictures: readonly Picture[]): Buffer {
  const images = pictures.map((picture) => (picture.size >= 256 ? picture.png : bitmap(picture)));
  const header = Buffer.alloc(icoHeaderBytes + icoEntryBytes * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  pictures.forEach(({ size }, index) => {
    const at = icoHeaderBytes + icoEntryBytes * index;
    const bytes = images[index]?.length ?? 0;
    // 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(bytes, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += bytes;
  });
  return Buffer.concat([header, ...images]);
}

/** BITMAPINFOHEADER, rows from the bottom as BGRA, then the mask of transparency by bits, rows of whole 32-bit words. */
function bitmap({ size, rgba }: Picture): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  // Picture and mask together.
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(size * size * 4);
  const maskRow = Math.ceil(size / 32) * 4;
  const mask = Buffer.alloc(maskRow * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = ((size - 1 - y) * size + x) * 4;
      const to = (y * size + x) * 4;
      const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(from, from + 4);
      pixels.set([blue, green, red, alpha], to);
      if (alpha === 0) mask[y * maskRow + (x >> 3)] = (mask[y * maskRow + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return Buffer.concat([header, pixels, mask]);
}

/** Type codes of Apple's icon format that hold a PNG, and the pixels each wants. */
const icnsTypes: readonly (readonly [string, number])[] = [['icp4', 16], ['icp5', 32], ['ic11', 32], ['ic12', 64], ['ic07', 128], ['ic13', 256], ['ic08', 256], ['ic14', 512], ['ic09', 512], ['ic10', 1024]];

export function icns(pictures: ReadonlyMap<number, Picture>): Buffer {
  const blocks = icnsTypes.flatMap(([type, size]) => {
    const picture = pictures.get(size);
    return picture === undefined ? [] : [block(type, picture.png)];
  });
  return block('icns', Buffer.concat(blocks));
}

function block(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([header, content]);
}
