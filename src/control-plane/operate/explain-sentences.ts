// An explanation in a few sentences, for whoever has nothing but DNS to ask by.
import type { Explanation, ToldRegion, ToldStep } from './explanation.js'

/** Each without its full stop; the answer comes first, and then what led to it. */
export function explainSentences(explanation: Explanation): readonly string[] {
  const { question, zone, found, steered, steps, regions, snapshot, checks } = explanation
  return [
    `${question.name} ${question.type}: ${answerOf(explanation)}`,
    `zone ${zone ?? 'none of ours'}: ${found.kind}${found.at === null ? '' : ` at ${found.at}`}`,
    ...(steered === null ? [] : [clientOf(explanation), `policy ${steered.policy} (${steered.steps.join(', ')})`]),
    ...(steps.length > 1 ? steps.map(stepOf) : []),
    ...regions.map(regionOf),
    `snapshot ${snapshot.version}, published ${new Date(snapshot.publishedAt).toISOString()}`,
    ...checks.map(check => `this does not fit the answer, which is a bug: ${check}`),
  ]
}

function answerOf({ answer, choice }: Explanation): string {
  const { rcode, addresses, records, ttl, ttlReason, scope, scopeReason } = answer
  const given = addresses.length > 0 ? addresses : records
  return [
    `${rcode} ${given.join(' ')}`.trim(),
    ...(choice === null || choice.rung === 'healthy' ? [] : [`ladder ${choice.rung}`]),
    ...(ttl === null ? [] : [`TTL ${ttl} s (${ttlReason})`]),
    ...(scope === null ? [] : [`scope /${scope} (${scopeReason})`]),
  ].join(', ')
}

function clientOf({ location }: Explanation): string {
  const { source, address, network, place, database } = location
  const names = [place?.city, place?.subdivision, place?.country].filter(name => name != null)
  const by = database === null ? '' : `, by ${database}${network === null ? '' : ` in ${network}`}`
  return `client ${address} from the ${source === 'client-subnet' ? 'client subnet' : 'resolver'}: ${names.join(', ') || 'place unknown'}${by}`
}

const stepOf = ({ step, why, order }: ToldStep): string =>
  `step ${step}: ${why}; ${order.map(tier => tier.join(' = ')).join(', ') || 'none'}`

const regionOf = ({ region, rank, kilometres, load, state, why }: ToldRegion): string =>
  `${rank === null ? '-' : rank} ${region}: ${state}, ${why}${kilometres === null ? '' : ` (${kilometres} km)`}${load === null ? '' : `, load ${Math.round(load * 100)} %`}`
