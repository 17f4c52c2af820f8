// The page's own world: waits for what the preload exposes. Injected before any script of the page.
import { Bridge } from './page-bridge.ts';

if (window.top === window) new Bridge('page');
