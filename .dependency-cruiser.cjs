// Who may import whom (docs/adr/0001-rooms.md). Checked by `npm run check`.
const room = (name, from, allowed) => ({
  name, severity: 'error', comment: `${name}: only ${allowed.join(', ') || 'itself'}`,
  from: { path: `^${from}` }, to: { path: '^(core|electron|renderer|scripts|test)/', pathNot: [from, ...allowed].map((path) => `^${path}`) },
});
const noPackages = (name, from, packages) => ({ name, severity: 'error', from: { path: `^${from}` }, to: { path: packages } });
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    room('contract', 'core/contract/', []),
    room('protocol', 'core/protocol/', []),
    room('store', 'core/store/', ['core/contract/']),
    room('net', 'core/net/', ['core/protocol/', 'core/contract/']),
    room('mail', 'core/mail/', ['core/store/', 'core/protocol/', 'core/contract/']),
    room('host', 'core/host/', ['core/']),
    room('engine-entry', 'electron/engine', ['electron/', 'core/contract/', 'core/host/']),
    { ...room('shell', 'electron/', ['core/contract/']), from: { path: '^electron/', pathNot: '^electron/engine' } },
    room('renderer', 'renderer/', ['core/contract/']),
    noPackages('contract-is-pure', 'core/contract/', '^(node:|fs|net|path|electron|react)'),
    noPackages('protocol-is-pure', 'core/protocol/', '^(net|fs|tls|dns|child_process|better-sqlite3)|node_modules/(better-sqlite3|smtp-server|nodemailer|electron|react)'),
    noPackages('mail-has-no-sockets', 'core/mail/', '^(net|tls|dns)$'),
    noPackages('core-has-no-window', 'core/', 'node_modules/(electron|react|react-dom|zustand)/'),
    { name: 'only-store-has-sql', severity: 'error', from: { path: '^(core|electron|renderer)/', pathNot: '^core/store/' }, to: { path: 'node_modules/better-sqlite3' } },
  ],
  options: { tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' }, exclude: { path: '^(dist|out|release)/' }, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] } },
};
