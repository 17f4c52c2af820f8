// The system's key store (Windows DPAPI, macOS keychain, Linux keyring) wraps the engine's machine key, so that a copy of the data
// folder alone opens no secret. Where there is no real key store the key stays as the engine keeps it: a file of its owner only. So it
// does where the program runs from its sources: there the command line works on the same data folder, and must be able to open it.
import { app, safeStorage } from 'electron';

export interface KeyStore {
  readonly usable: boolean;
  /** Whether keys are to be wrapped; one that is wrapped already can be opened in any case. */
  readonly wraps: boolean;
  /** Why it is not used; '' if it is. For the System log. */
  readonly problem: string;
  wrap(key: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
}

/** Asks for it once the app is ready. */
export async function openKeyStore(): Promise<KeyStore> {
  const problem = await whyNot();
  return {
    usable: problem === '', wraps: problem === '' && app.isPackaged, problem,
    wrap: (key) => safeStorage.encryptStringAsync(Buffer.from(key).toString('base64')),
    unwrap: async (wrapped) => Buffer.from((await safeStorage.decryptStringAsync(Buffer.from(wrapped))).result, 'base64'),
  };
}

async function whyNot(): Promise<string> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'The key store of this computer is not available: the machine key is protected by its file mode only.';
  // Without a keyring Electron would encrypt with a password that everybody knows.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return 'There is no keyring on this desktop: the machine key is protected by its file mode only.';
  return '';
}
