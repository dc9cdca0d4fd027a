// dnstap of a node: each sampled query and its response, whole, into a file or to a program that listens at a Unix socket.
import { hostname } from 'node:os'
import { RotatingFile } from '../control-plane/state/rotating-file.js'
import { parseAddress } from '../dns/address.js'
import { DNSTAP_CONTENT_TYPE, encodeTap, type Tapped, type Tapper } from '../dns/dnstap.js'
import { controlFrame, dataFrame } from '../dns/frame-stream.js'
import type { Log } from '../log.js'
import type { TapSetting } from '../settings-samples.js'
import type { SampleSink } from './query-log.js'
import type { SampleReader } from './sample-watch.js'
import { TapSocket } from './tap-socket.js'

const FRAME = { head: controlFrame('start', DNSTAP_CONTENT_TYPE), tail: controlFrame('stop') } as const

export function openTap(setting: TapSetting, release: string, log: Log): SampleSink {
  const tapper: Tapper = { identity: setting.identity ?? hostname(), version: `meridian ${release}` }
  return 'socket' in setting ? intoSocket(setting.socket, tapper, log) : intoFile(setting, tapper, log)
}

function intoSocket(path: string, tapper: Tapper, log: Log): SampleSink {
  const socket = new TapSocket(path, DNSTAP_CONTENT_TYPE, (sentence, good) => log[good ? 'info' : 'warn'](sentence))
  return {
    take: tellInTaps(tapper, payload => socket.write(payload)),
    counts: () => ({ written: socket.written, lost: socket.lost }),
    close: () => socket.close(),
  }
}

function intoFile({ file, bytes, keep }: Extract<TapSetting, { file: string }>, tapper: Tapper, log: Log): SampleSink {
  const frames = new RotatingFile(file, {
    limit: bytes,
    keep,
    frame: FRAME,
    onProblem: (sentence, err) => log.error({ err }, `the dnstap file ${sentence}`),
  })
  return {
    take: tellInTaps(tapper, payload => frames.write([dataFrame(payload)])),
    counts: () => ({ written: frames.written, lost: frames.lost }),
    close: () => frames.close(),
  }
}

/** A query and its response are two messages; what was not kept of them is none. */
function tellInTaps(tapper: Tapper, write: (payload: Uint8Array) => void): SampleReader {
  return ({ at, weight, transport, region, reason }, { packets }, bound) => {
    if (packets === undefined) return
    const { address, port, query, response } = packets
    const responseAddress = bound === undefined ? undefined : parseAddress(bound.address)
    const about: Omit<Tapped, 'kind' | 'message'> = {
      protocol: transport as Tapped['protocol'], // named by the same words
      queryAddress: address,
      queryPort: port,
      // On a socket of all addresses nobody says which of them it was.
      ...(responseAddress?.some(byte => byte !== 0) === true ? { responseAddress } : {}),
      responsePort: bound?.port ?? 0,
      at,
    }
    const extra = JSON.stringify({ reason, ...(region === undefined ? {} : { region }), oneIn: weight })
    if (query !== undefined) write(encodeTap({ ...about, kind: 'query', message: query }, tapper, extra))
    if (response !== undefined) write(encodeTap({ ...about, kind: 'response', message: response }, tapper, extra))
  }
}
