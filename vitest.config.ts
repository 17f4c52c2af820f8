// Three projects: `unit` (the rooms, in memory or on real SQLite and files), `real` (programs that nobody here wrote), `e2e` (Chromium).
import { defineConfig } from 'vitest/config';

const ofProject = (name: string, include: string[], more: object = {}) => ({
  test: { name, include, environment: 'node', testTimeout: 30_000, hookTimeout: 60_000, ...more },
});

export default defineConfig({
  test: {
    projects: [
      ofProject('unit', ['test/{core,electron,renderer,scripts}/**/*.test.ts'], { maxWorkers: 2 }),
      ofProject('real', ['test/{real,crash}/**/*.test.ts'], { testTimeout: 120_000, maxWorkers: 2 }),
      ofProject('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 120_000, maxWorkers: 1, fileParallelism: false }),
    ],
  },
});
