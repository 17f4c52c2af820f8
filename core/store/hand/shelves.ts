// Shelves in use, so that what they remember (the index of an mbox) is not found anew for every message.
import { shelfAt } from '../files/shelf.ts';
import type { Shelf } from '../files/shelf.ts';
import type { Place } from './tasks.ts';

const most = 64;

export class Shelves {
  private readonly open = new Map<string, Shelf>();

  at(place: Place): Shelf {
    const key = `${place.format}:${place.directory}`;
    const shelf = this.open.get(key) ?? shelfAt(place.directory, place.format);
    // Used last, dropped last.
    this.open.delete(key);
    this.open.set(key, shelf);
    for (const oldest of this.open.keys()) {
      if (this.open.size <= most) break;
      this.open.delete(oldest);
    }
    return shelf;
  }

  /** After a failure nothing remembered is trusted. */
  forget(place: Place): void {
    this.open.delete(`${place.format}:${place.directory}`);
  }
}
