// The query log of a node: each sampled query a line of JSON, in a file that is put aside when it has become large.
import { tellSample } from '../control-plane/operate/sampled.js'
import { RotatingFile } from '../control-plane/state/rotating-file.js'
import type { Log } from '../log.js'
import type { FileSetting } from '../settings-samples.js'
import type { SampleReader } from './sample-watch.js'

/** Somebody who writes samples down outside of this process. */
export interface SampleSink {
  readonly take: SampleReader
  counts(): { readonly written: number; readonly lost: number }
  /** Resolves when all that was taken is where it belongs. */
  close(): Promise<void>
}

export function openQueryLog({ file, bytes, keep }: FileSetting, log: Log): SampleSink {
  const lines = new RotatingFile(file, {
    limit: bytes,
    keep,
    onProblem: (sentence, err) => log.error({ err }, `the query log ${sentence}`),
  })
  return {
    take: query => lines.write([Buffer.from(`${JSON.stringify(tellSample(query))}\n`)]),
    counts: () => ({ written: lines.written, lost: lines.lost }),
    close: () => lines.close(),
  }
}
