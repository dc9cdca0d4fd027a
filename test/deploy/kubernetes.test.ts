// What deploy/kubernetes holds, against what it is about: the settings that are in it, the image, and what each part says of the others.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readSettings, type Settings } from '../../src/settings.js'

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname
const FOLDER = join(DEPLOY, 'kubernetes')
const read = (...path: readonly string[]): string => readFileSync(join(FOLDER, ...path), 'utf8')

// biome-ignore lint/suspicious/noExplicitAny: manifests, of which a test reads what it is about
type Manifest = any

const kustomization = (folder = '.'): Manifest => parse(read(folder, 'kustomization.yaml'))
const MANIFESTS: readonly Manifest[] = ['.', 'prometheus-operator'].flatMap(folder =>
  kustomization(folder).resources.flatMap((file: string) =>
    parseAllDocuments(read(folder, file)).map(document => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`)
      return document.toJS()
    }),
  ),
)
const only = (kind: string): Manifest => {
  const found = MANIFESTS.filter(manifest => manifest.kind === kind)
  expect(found).toHaveLength(1)
  return found[0]
}
const pod = (): Manifest => only('StatefulSet').spec.template
const container = (): Manifest => pod().spec.containers[0]
const services = (): readonly Manifest[] => MANIFESTS.filter(({ kind }) => kind === 'Service')
const monitor = (): Manifest => only('ServiceMonitor').spec

/** The file as it is in the container. */
function settings(): Settings {
  const outcome = readSettings(read('server.yaml'), '/etc/meridian/server.yaml')
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems))
  return outcome.settings
}

/** The volume that a path in the container is in: the mount that is nearest above it. */
const mountOf = (path: string): Manifest =>
  container()
    .volumeMounts.filter(({ mountPath }: Manifest) => path === mountPath || path.startsWith(`${mountPath}/`))
    .sort((a: Manifest, b: Manifest) => b.mountPath.length - a.mountPath.length)[0]

test('each manifest says what it is and is called, no two are called alike, and none says where it belongs: the kustomization does', () => {
  for (const { apiVersion, kind, metadata } of MANIFESTS) {
    expect([apiVersion, kind, metadata.name]).toEqual([expect.any(String), expect.any(String), expect.any(String)])
    expect(metadata.namespace).toBeUndefined()
  }
  expect(new Set(MANIFESTS.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(MANIFESTS.length)
  expect(kustomization().namespace).toBe(only('Namespace').metadata.name)
})

test('the server takes its settings, which are those that the kustomization makes a config map of', () => {
  expect(settings().fleet?.etcd.endpoints).toHaveLength(1)
  const [generated] = kustomization().configMapGenerator
  expect(generated.files).toEqual(['server.yaml'])
  expect(pod().spec.volumes.find(({ name }: Manifest) => name === 'settings').configMap.name).toBe(generated.name)
  expect(mountOf('/etc/meridian/server.yaml')).toMatchObject({ name: 'settings', subPath: 'server.yaml' })
})

test('it runs what the image runs, as somebody who is not root', () => {
  const file = readFileSync(join(DEPLOY, 'container/Containerfile'), 'utf8')
  expect(container().args).toEqual(JSON.parse(/^CMD (.*)$/m.exec(file)![1]!))
  expect(container().command).toBeUndefined()
  expect(file).toMatch(/^USER node$/m) // 1000 in the images of Node.js
  expect(pod().spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 })
  expect(kustomization().images.map(({ name }: Manifest) => name)).toEqual([container().image])
})

test('it needs no capability, and the namespace lets nothing in that does', () => {
  expect(container().securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  expect(pod().spec.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' })
  expect(only('Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted')
  for (const { port } of [...settings().listen, settings().admin.listen]) expect(port).toBeGreaterThan(1023)
})

test('what it writes is in the volume that stays, and what it reads is in one', () => {
  const { stateDirectory, admin, fleet } = settings()
  expect(only('StatefulSet').spec.volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.name)).toEqual([
    'state',
  ])
  const state = mountOf(stateDirectory)
  expect(state.name).toBe('state')
  expect(state.readOnly).toBeUndefined()
  const files = [admin.tokenFile, admin.tls?.certificate, admin.tls?.key, ...Object.values(fleet!.etcd.tls)]
  expect(files).toHaveLength(6)
  const names = new Set(files.map(file => mountOf(file!).name))
  expect([...names]).toEqual(['admin-token', 'admin-tls', 'etcd-tls'])
  for (const { name, mountPath, readOnly } of container().volumeMounts) {
    if (name === 'state') continue
    expect(readOnly, mountPath).toBe(true)
    expect(pod().spec.volumes.map((volume: Manifest) => volume.name)).toContain(name)
  }
})

test('its ports are those of the settings, and services, probes, network policy and Prometheus mean them by their names', () => {
  const { listen, admin } = settings()
  const [dns] = listen
  expect(container().ports).toEqual([
    { name: 'dns', containerPort: dns!.port, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: dns!.port, protocol: 'TCP' },
    { name: 'admin', containerPort: admin.listen.port, protocol: 'TCP' },
  ])
  const protocols = new Map(container().ports.map(({ name, protocol }: Manifest) => [name, protocol]))
  const meant = [
    ...services().flatMap(({ spec }) => spec.ports.map(({ targetPort, protocol }: Manifest) => [targetPort, protocol])),
    ...only('NetworkPolicy').spec.ingress.flatMap(({ ports }: Manifest) =>
      ports.map(({ port, protocol }: Manifest) => [port, protocol]),
    ),
    ...['startupProbe', 'livenessProbe', 'readinessProbe'].map(probe => [container()[probe].httpGet.port, 'TCP']),
    ...monitor().endpoints.map(({ port }: Manifest) => [port, 'TCP']),
  ]
  for (const [port, protocol] of meant) expect(protocols.get(port), port).toBe(protocol)
})

test('probes and Prometheus speak as the API does, and ask what it has', () => {
  const scheme = settings().admin.tls === undefined ? 'HTTP' : 'HTTPS'
  const routes = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  for (const [probe, path] of [
    ['startupProbe', '/livez'],
    ['livenessProbe', '/livez'],
    ['readinessProbe', '/readyz'],
  ] as const) {
    expect(container()[probe].httpGet).toEqual({ path, port: 'admin', scheme })
    expect(routes).toContain(`\`${path}\``)
  }
  for (const endpoint of monitor().endpoints)
    expect([endpoint.path, endpoint.scheme]).toEqual(['/metrics', scheme.toLowerCase()])
})

test('whoever selects pods selects these, and Prometheus a service that has its port', () => {
  const { labels } = pod().metadata
  for (const { spec } of [only('StatefulSet'), only('PodDisruptionBudget')])
    expect(labels).toMatchObject(spec.selector.matchLabels)
  for (const { spec } of services()) expect(labels).toMatchObject(spec.selector)
  expect(labels).toMatchObject(only('NetworkPolicy').spec.podSelector.matchLabels)
  for (const { labelSelector } of pod().spec.topologySpreadConstraints)
    expect(labels).toMatchObject(labelSelector.matchLabels)
  const scraped = services().filter(({ metadata }) =>
    Object.entries(monitor().selector.matchLabels).every(([label, value]) => metadata.labels[label] === value),
  )
  expect(scraped.map(({ metadata }) => metadata.name)).toEqual(['meridian-admin'])
  const [{ tlsConfig }] = monitor().endpoints
  expect(tlsConfig.serverName).toBe(`meridian-admin.${kustomization().namespace}.svc`)
  expect(services().map(({ metadata }) => metadata.name)).toContain(only('StatefulSet').spec.serviceName)
})

test('resolvers come by UDP and TCP at port 53, with their own addresses; the API is not among it', () => {
  const open = services().filter(({ spec }) => spec.type !== undefined && spec.type !== 'ClusterIP')
  expect(open).toHaveLength(1)
  expect(open[0].spec.externalTrafficPolicy).toBe('Local')
  expect(open[0].spec.ports.map(({ port, protocol }: Manifest) => `${port}/${protocol}`)).toEqual(['53/UDP', '53/TCP'])
  const [everybody, few] = only('NetworkPolicy').spec.ingress
  expect(everybody.from).toBeUndefined()
  expect(everybody.ports.map(({ port }: Manifest) => port)).toEqual(['dns', 'dns-tcp'])
  expect(few.ports.map(({ port }: Manifest) => port)).toEqual(['admin'])
  expect(few.from.length).toBeGreaterThan(0)
})

test('one node at a time may be taken away, and it answers on while it is taken out of the service', () => {
  expect(only('PodDisruptionBudget').spec.maxUnavailable).toBe(1)
  const [, seconds] = container().lifecycle.preStop.exec.command
  expect(Number(seconds)).toBeLessThan(pod().spec.terminationGracePeriodSeconds)
})

test('every secret that has to be made beforehand is on the page that says how', () => {
  const page = readFileSync(new URL('../../docs/kubernetes.md', import.meta.url), 'utf8')
  for (const { secret } of pod().spec.volumes) if (secret !== undefined) expect(page).toContain(secret.secretName)
  for (const folder of ['.', 'prometheus-operator'])
    expect(existsSync(join(FOLDER, folder, 'kustomization.yaml'))).toBe(true)
})
