// What stands beside the pages: which of them there are, by what somebody is after. A page that is in no list fails the build.
export const MENU = {
  Tutorials: [
    'first-night',
    'tutorial-first-region',
    'tutorial-first-drill',
    'tutorial-from-route53',
    'tutorial-two-nodes',
  ],
  'Setting it up': ['getting-started', 'delegation', 'migrating', 'certificates', 'kubernetes', 'releases', 'deploy'],
  Running: ['operations', 'drills', 'fleet', 'scale', 'security', 'dashboard', 'latency', 'geo-data', 'dnssec'],
  'How it works': ['steering', 'how-ttls-are-chosen', 'how-scope-works', 'health', 'dns', 'transfers', 'architecture'],
  Reference: [
    'traffic-document',
    'server-settings',
    'cli',
    'api',
    'metrics',
    'reference-verbs',
    'reference-routes',
    'reference-keys',
  ],
  'Shown, and measured': ['proofs', 'performance', 'tools', 'differences', 'contributing'],
}
