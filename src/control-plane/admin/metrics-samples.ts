// How sampling gets on, as metrics. Pure.
import { counter, type Metric } from './exposition.js'
import type { SamplesPort } from './port.js'

export function sampleMetrics(samples: Pick<SamplesPort, 'counts'> | undefined): readonly Metric[] {
  const { read, skipped, sinks } = samples?.counts() ?? { read: 0, skipped: 0, sinks: [] }
  return [
    counter('samples_total', 'Queries that were sampled, by whether they could be read in time.', [
      { labels: { result: 'read' }, value: read },
      { labels: { result: 'skipped' }, value: skipped },
    ]),
    counter(
      'sample_messages_total',
      'Lines of the query log and messages of dnstap, by whether they could be written.',
      sinks.flatMap(({ sink, written, lost }) => [
        { labels: { sink, result: 'written' }, value: written },
        { labels: { sink, result: 'lost' }, value: lost },
      ]),
    ),
  ]
}
