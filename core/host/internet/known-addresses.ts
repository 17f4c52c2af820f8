// The addresses of this computer, asked of the system at most once in a few seconds: routing wants them for every destination.

const goodForMs = 5000;

export class LocalAddresses {
  private readonly read: () => readonly string[];
  private known: { readonly at: number; readonly addresses: readonly string[] } | null = null;

  constructor(read: () => readonly string[]) {
    this.read = read;
  }

  list(): readonly string[] {
    const at = performance.now();
    if (this.known === null || at - this.known.at > goodForMs) this.known = { at, addresses: this.read() };
    return this.known.addresses;
  }
}
