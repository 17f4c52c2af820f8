// What `electron` is inside a utility process: nothing that our engine uses, so whoever asks is told.
import { strictModule } from './strict-module.ts';

export const net = strictModule('net (utility process)', {});
export const systemPreferences = strictModule('systemPreferences (utility process)', {});
