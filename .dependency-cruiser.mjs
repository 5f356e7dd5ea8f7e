/** Who may import whom (docs/architecture.md): apps never import apps, domain never imports infra or frameworks, no cycles. */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-never-import-apps',
      comment: 'Services talk over gRPC. Only standalone composes them.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'domain-is-pure',
      comment: 'Domain code knows no framework, transport, SDK or database.',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/domain/', pathNot: '[.]spec[.]ts$' },
      to: {
        path: '(/infra/|node_modules/(@nestjs|@grpc|kysely|pg|pg-boss|openai|replicate|ioredis|kafkajs|sharp|fastify|@electric-sql)/|^libs/(persistence|grpc|service-defaults|model-providers|asset-storage|safe-fetch)/)',
      },
    },
    {
      name: 'features-never-import-each-other',
      comment: 'Pages of the web application share through its other rooms, and send people to each other by address.',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/' },
      to: { path: '^apps/web/src/features/([^/]+)/', pathNot: '^apps/web/src/features/$1/' },
    },
    {
      name: 'kit-knows-no-feature',
      severity: 'error',
      from: { path: '^apps/web/src/(api|generations|media|settings|shell|strings|ui)/' },
      to: { path: '^apps/web/src/features/' },
    },
    {
      name: 'testing-stays-in-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '([.]spec[.]ts$|^(apps|libs)/[^/]+/test/|^libs/testing/)' },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'libs-through-their-front-door',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: {
        path: '^libs/([^/]+)/src/',
        pathNot: '(^libs/$2/|^libs/[^/]+/src/index[.]ts$|^libs/contracts/src/gen/entry/)',
      },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['unknown', 'npm-no-pkg'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'libs/contracts/src/gen'] },
    exclude: { path: ['/dist/', '[.]d[.]ts$'] },
    parser: 'swc',
    combinedDependencies: true,
    tsPreCompilationDeps: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@atelier/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
    },
  },
};
