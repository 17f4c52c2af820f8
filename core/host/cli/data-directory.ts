// Where the data lives when nobody says: one visible folder of the user, the same for the desktop and the command line.
import { homedir } from 'node:os';
import { join } from 'node:path';

export const defaultDataDirectory = process.env['MERPATI_DATA'] ?? join(homedir(), 'Merpati');

export const dataOption = { data: { type: 'string', default: defaultDataDirectory } } as const;
