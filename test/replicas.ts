// What several nodes of a fleet know of one etcd, each by a connection of its own.
import { Etcd } from '../src/control-plane/fleet/etcd.js'
import { FleetValue } from '../src/control-plane/fleet/fleet-value.js'
import { Replica } from '../src/control-plane/fleet/replica.js'
import type { SharedValue } from '../src/control-plane/state/shared-value.js'
import type { EtcdCluster } from './etcd.js'

export type ValueOfNode = <T>(key: string, initial: T, sound: (value: unknown) => value is T) => SharedValue<T>

/** Whatever is damaged in etcd fails the test. */
export class Replicas {
  private readonly closing: (() => Promise<void>)[] = []

  async node(cluster: EtcdCluster, prefix: string): Promise<ValueOfNode> {
    return valuesOf(await this.replica(cluster, prefix))
  }

  /** @param hear called with what brings the node's own watch up to date; by default that is done at once */
  async replica(cluster: EtcdCluster, prefix: string, hear: (deliver: () => void) => void = run): Promise<Replica> {
    const etcd = new Etcd({ endpoints: cluster.endpoints, timeoutMs: 20_000 })
    const heard: Pick<Etcd, 'range' | 'watch' | 'commit'> = {
      range: etcd.range.bind(etcd),
      commit: etcd.commit.bind(etcd),
      watch: (key, from, onEvents, signal) =>
        etcd.watch(key, from, (events, upTo) => hear(() => onEvents(events, upTo)), signal),
    }
    const replica = new Replica({ etcd: heard, prefix })
    const following = replica.follow()
    this.closing.push(async () => {
      replica.close()
      etcd.close()
      await following
    })
    await replica.first
    return replica
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close()
  }
}

export const valuesOf =
  (replica: Replica): ValueOfNode =>
  (key, initial, sound) =>
    new FleetValue({ replica, key, initial, sound, onProblem })

function run(deliver: () => void): void {
  deliver()
}

function onProblem(sentence: string): never {
  throw new Error(sentence)
}
