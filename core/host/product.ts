// What this program is called and which version it is, from package.json (bundled by the build).
import manifest from '../../package.json' with { type: 'json' };

export const product = { name: manifest.productName, version: manifest.version } as const;
