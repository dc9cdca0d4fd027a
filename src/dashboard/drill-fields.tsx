// What one writes down of a drill: which regions, in what way, when, and what has to hold.
import type { Draft } from './drill-draft.js'
import { Steps } from './drill-steps.js'
import { regions } from './live.js'

interface FieldsProps {
  readonly draft: Draft
  readonly onChange: (part: Partial<Draft>) => void
}

const KINDS = [
  ['switch', 'Switch: clients are moved'],
  ['fault', 'Fault: checks are made to fail'],
] as const
const TIMES = [
  ['started', 'When somebody starts it'],
  ['timed', 'At a time'],
] as const

export function DrillFields({ draft, onChange }: FieldsProps) {
  const { kind, steps, back, faultFor } = draft
  return (
    <>
      <Targets draft={draft} onChange={onChange} />
      <Choice title="How" name="kind" chosen={kind} choices={KINDS} onChoose={kind => onChange({ kind })} />
      {kind === 'fault' ? (
        <label class="line">
          The checks fail for
          <input
            class="span"
            value={faultFor}
            spellcheck={false}
            onInput={event => onChange({ faultFor: event.currentTarget.value })}
          />
        </label>
      ) : (
        <div class="ways">
          <Steps title="Out" steps={steps} least={1} onChange={steps => onChange({ steps })} />
          <Steps title="Back" steps={back} least={0} onChange={back => onChange({ back })} />
        </div>
      )}
      <Time draft={draft} onChange={onChange} />
      <Guards draft={draft} onChange={onChange} />
    </>
  )
}

function Targets({ draft: { targets }, onChange }: FieldsProps) {
  return (
    <fieldset class="choice">
      <legend>Regions</legend>
      {(regions.value ?? []).map(({ id }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={targets.includes(id)}
            onChange={event =>
              onChange({
                targets: event.currentTarget.checked ? [...targets, id] : targets.filter(other => other !== id),
              })
            }
          />{' '}
          {id}
        </label>
      ))}
    </fieldset>
  )
}

function Choice<Name extends string>({
  title,
  name,
  chosen,
  choices,
  onChoose,
}: {
  readonly title: string
  readonly name: string
  readonly chosen: Name
  readonly choices: readonly (readonly [Name, string])[]
  readonly onChoose: (chosen: Name) => void
}) {
  return (
    <fieldset class="choice">
      <legend>{title}</legend>
      {choices.map(([each, words]) => (
        <label key={each}>
          <input type="radio" name={name} checked={each === chosen} onChange={() => onChoose(each)} /> {words}
        </label>
      ))}
    </fieldset>
  )
}

function Time({ draft: { isTimed, at, window, weekly }, onChange }: FieldsProps) {
  const moment = new Date(`${at}:00Z`)
  return (
    <>
      <Choice
        title="When"
        name="when"
        chosen={isTimed ? 'timed' : 'started'}
        choices={TIMES}
        onChoose={chosen => onChange({ isTimed: chosen === 'timed' })}
      />
      {isTimed ? (
        <div class="ways">
          <label class="line">
            At, in UTC
            <input
              type="datetime-local"
              required
              value={at}
              onInput={event => onChange({ at: event.currentTarget.value })}
            />
          </label>
          <span class="quiet">{Number.isNaN(moment.getTime()) ? '' : `${moment.toLocaleString()} here`}</span>
          <label class="line">
            or later, while something is in its way, within
            <input
              class="span"
              value={window}
              spellcheck={false}
              onInput={event => onChange({ window: event.currentTarget.value })}
            />
          </label>
          <label class="line">
            <input
              type="checkbox"
              checked={weekly}
              onChange={event => onChange({ weekly: event.currentTarget.checked })}
            />
            and every week
          </label>
        </div>
      ) : null}
    </>
  )
}

const GUARDS = [
  { key: 'minHealthy', before: 'At least', after: 'other regions are up', min: 0, max: 1000, step: 1 },
  {
    key: 'maxLoad',
    before: 'No region is asked more than',
    after: '% of its capacity',
    min: 1,
    max: 1000,
    step: 'any',
  },
  { key: 'maxErrors', before: 'At most', after: '% of all answers are errors', min: 0, max: 100, step: 'any' },
] as const

function Guards({ draft, onChange }: FieldsProps) {
  return (
    <fieldset class="guards">
      <legend>What has to hold, or it ends at once</legend>
      {GUARDS.map(({ key, before, after, min, max, step }) => (
        <label key={key} class="line">
          {before}
          <input
            type="number"
            min={min}
            max={max}
            step={step}
            required
            value={draft[key]}
            onInput={event => onChange({ [key]: Number(event.currentTarget.value) })}
          />
          {after}
        </label>
      ))}
    </fieldset>
  )
}
