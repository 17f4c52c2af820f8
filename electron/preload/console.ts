// The preload of the console window: gives the page exactly what core/contract/desktop.ts declares, and hands the engine's port on.
// Sandboxed: one CommonJS file after the build, with nothing but electron.
import { contextBridge, ipcRenderer } from 'electron';
import type { CommandId } from '../../core/contract/commands.ts';
import { portMessageType, type DesktopApi } from '../../core/contract/desktop.ts';
import { channels } from '../channels.ts';

type EngineState = Parameters<Parameters<DesktopApi['onEngine']>[0]>[0];

let engine: EngineState | null = null;
const engineListeners: ((state: EngineState) => void)[] = [];
ipcRenderer.on(channels.engine, (_event, state: EngineState) => {
  engine = state;
  for (const listener of engineListeners) listener(state);
});
ipcRenderer.on(channels.port, (event) => window.postMessage({ type: portMessageType }, '*', [...event.ports]));

const desktop: DesktopApi = {
  platform: process.platform,
  nativeMenuBar: process.platform === 'darwin',
  requestPort: () => ipcRenderer.send(channels.requestPort),
  onEngine(callback) {
    engineListeners.push(callback);
    if (engine !== null) callback(engine);
  },
  onCommand(callback) {
    ipcRenderer.on(channels.command, (_event, command: CommandId) => callback(command));
    ipcRenderer.send(channels.ready);
  },
  run: (command) => ipcRenderer.send(channels.run, command),
  setState: (state) => ipcRenderer.send(channels.setState, state),
  chooseFolder: (startIn) => ipcRenderer.invoke(channels.chooseFolder, startIn) as Promise<string | null>,
};
contextBridge.exposeInMainWorld('merpati', desktop);
