// Second hand: compares the files of a mailbox with its rows. The files are listed first and the rows read after, so that a message
// placed or removed meanwhile is not taken for a stray: its rows are already there, or its guid stands in `removed` (unlinker.ts).
import { existsSync } from 'node:fs';
import type { Title } from '../files/shelf.ts';
import type { Db } from '../sqlite.ts';
import type { Shelves } from './shelves.ts';
import type { Tasks } from './tasks.ts';
import { firstId, lastId } from '../records/message-id.ts';

/** Files adopted in one go; the rest next time. */
const mostAdopted = 2000;
interface Row { readonly id: number; readonly guid: string; readonly missing: number }

export function scanPlace(db: Db, shelves: Shelves): (input: Tasks['scan']['input']) => Tasks['scan']['output'] {
  const rowsOf = db.prepare<[number, number], Row>('SELECT id, guid, missing FROM messages WHERE id BETWEEN ? AND ?');
  const removedOf = db.prepare<[number], string>('SELECT guid FROM removed WHERE account_id = ?').pluck();
  const waitingGuids = db.prepare<[], string>('SELECT guid FROM bodies').pluck();
  return ({ place, accountId, folderId }) => {
    if (!existsSync(place.directory)) return null;
    const shelf = shelves.at(place);
    const files = shelf.guids();
    const { rows, removed, waiting } = db.transaction(() => ({
      rows: rowsOf.all(firstId(folderId), lastId(folderId)),
      removed: new Set(removedOf.all(accountId)),
      waiting: new Set(waitingGuids.all()),
    }))();
    const missing = rows.filter((row) => row.missing === 0 && !files.has(row.guid) && !waiting.has(row.guid)).map(({ id }) => id);
    const back = rows.filter((row) => row.missing === 1 && files.has(row.guid)).map(({ id }) => id);
    const known = new Set(rows.map(({ guid }) => guid));
    const strays = [...files].filter((guid) => !known.has(guid) && !removed.has(guid) && !waiting.has(guid)).sort();
    const adopt = strays.slice(0, mostAdopted).map((guid) => shelf.title(guid)).filter((title): title is Title => title !== null);
    const hidden = rows.filter((row) => row.missing === 1).length + missing.length - back.length;
    return { adopt, missing, back, hidden, more: strays.length > mostAdopted };
  };
}
