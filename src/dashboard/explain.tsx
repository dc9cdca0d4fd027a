// One answer, told step by step: the question in the address of the page, so that it can be passed on.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { Explanation } from '../control-plane/admin/api.js'
import { get, sentenceOf } from './api.js'
import { ExplainMap, SteeredMap } from './explain-map.js'
import { Story } from './explain-story.js'
import { change } from './live.js'
import { Waiting } from './parts.js'
import { goTo, linkTo, place } from './router.js'
import { name, steered } from './steered-names.js'

const TYPES = ['A', 'AAAA', 'HTTPS', 'CNAME', 'MX', 'TXT', 'NS', 'SOA', 'CAA', 'SRV', 'ANY']

export function Explain() {
  const told = useSignal<Explanation | undefined>(undefined)
  const complaint = useSignal('')
  const { query } = place.value
  const asked = {
    name: query.get('name') ?? name.value,
    type: query.get('type') ?? 'A',
    client: query.get('client') ?? (query.has('near') ? (told.value?.question.client ?? '') : ''),
    resolver: query.get('resolver') ?? '',
  }
  useSignalEffect(() => {
    void change.value
    const { query } = place.value
    const question = Object.fromEntries([...query].filter(([, value]) => value !== ''))
    const wanted = question['name'] ?? name.value
    if (wanted === '') return
    get('/v1/explain', { query: { ...question, name: wanted } })
      .then(explanation => {
        told.value = explanation
        complaint.value = ''
      })
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  })
  const pick = (latitude: number, longitude: number): void =>
    goTo('explain', { ...asked, client: '', near: `${latitude.toFixed(2)},${longitude.toFixed(2)}` })
  const steeredName = steered.value.find(({ owner }) => sameName(owner, asked.name))?.owner
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    goTo(
      'explain',
      Object.fromEntries([...new FormData(event.currentTarget)].map(([key, value]) => [key, String(value)])),
    )
  }
  return (
    <>
      <h1>Explain an answer</h1>
      <form class="question" onSubmit={submit} key={JSON.stringify(asked)}>
        <label>
          Name
          <input name="name" required list="steered" defaultValue={asked.name} spellcheck={false} />
        </label>
        <datalist id="steered">
          {steered.value.map(({ owner }) => (
            <option key={owner} value={owner} />
          ))}
        </datalist>
        <label>
          Type
          <select name="type" defaultValue={asked.type}>
            {[...new Set([...TYPES, asked.type])].map(type => (
              <option key={type} selected={type === asked.type}>
                {type}
              </option>
            ))}
          </select>
        </label>
        <label>
          Client network
          <input name="client" placeholder="133.11.0.0/24" defaultValue={asked.client} spellcheck={false} />
        </label>
        <label>
          Resolver
          <input name="resolver" placeholder="127.0.0.1" defaultValue={asked.resolver} spellcheck={false} />
        </label>
        <button type="submit" class="primary">
          Explain
        </button>
      </form>
      <div class="told">
        {told.value === undefined || complaint.value !== '' ? (
          <Waiting what="the answer" error={complaint.value} />
        ) : (
          <div>
            <Story told={told.value} />
            <p>
              <a class="permalink" href={linkTo('explain', questionOf(told.value))}>
                Link to this question
              </a>{' '}
              <span class="quiet">for this very client network, to be passed on</span>
            </p>
          </div>
        )}
        {steeredName === undefined ? (
          <ExplainMap told={told.value} onPick={pick} />
        ) : (
          <SteeredMap name={steeredName} type={asked.type} told={told.value} onPick={pick} />
        )}
      </div>
    </>
  )
}

/** With or without the dot at the end, and in whatever letters. */
function sameName(a: string, b: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')
  return plain(a) === plain(b)
}

const questionOf = ({ question: { name, type, client, resolver } }: Explanation) => ({
  name,
  type,
  client: client ?? '',
  resolver,
})
