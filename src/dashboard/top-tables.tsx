// What is asked most, and by whom: tables made of sampled queries, kept fresh while they are looked at.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { TopView } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { Panel, Waiting } from './parts.js'
import { Table } from './table.js'
import { amount, duration, percent } from './words.js'

const TABLES = [
  { by: 'name', title: 'Names', head: 'Name' },
  { by: 'client', title: 'Client networks', head: 'Network' },
  { by: 'region', title: 'Regions', head: 'Region' },
  { by: 'rcode', title: 'Response codes', head: 'Code' },
  { by: 'reason', title: 'Reasons', head: 'Reason' },
] as const

const LOOK_MS = 5000

export function TopTables({ window }: { readonly window: TopView['window'] }) {
  const tops = useSignal<readonly TopView[] | undefined>(undefined)
  const complaint = useSignal('')
  useEffect(() => {
    let gone = false
    const look = async (): Promise<void> => {
      try {
        const found = await Promise.all(TABLES.map(({ by }) => get('/v1/top', { query: { by, window, limit: '10' } })))
        if (gone) return
        tops.value = found
        complaint.value = ''
      } catch (error) {
        if (!gone) complaint.value = sentenceOf(error)
      }
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [window])
  if (tops.value === undefined) return <Waiting what="the samples" error={complaint.value} />
  const shown = tops.value.filter(({ rows }) => rows.length > 0)
  const seconds = tops.value[0]?.seconds ?? 0
  if (shown.length === 0) return <p class="quiet">No query was sampled within the last {duration(seconds * 1000)}.</p>
  return (
    <>
      <h2>Most of the last {duration(seconds * 1000)}</h2>
      <p class="quiet">From samples of the queries; while they are few, every one is among them.</p>
      <div class="tops">
        {shown.map(top => (
          <TopTable key={top.by} top={top} />
        ))}
      </div>
    </>
  )
}

function TopTable({ top: { by, rows, seconds } }: { readonly top: TopView }) {
  const { title, head } = TABLES.find(table => table.by === by)! // only these were asked for
  return (
    <Panel title={title}>
      <Table kind={`top ${by}`} columns={[head, '#a second', '#share']}>
        {rows.map(({ key, queries, share }) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td class="number">{amount(queries / seconds)}</td>
            <td class="number">{percent(share)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}
