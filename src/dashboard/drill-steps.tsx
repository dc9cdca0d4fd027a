// The steps of a drill to be written: how many percent, and for how long.
import type { DraftStep } from './drill-draft.js'

const MOST = 20

interface StepsProps {
  readonly title: string
  readonly steps: readonly DraftStep[]
  /** A way out has a step at least; a way back may be at once. */
  readonly least: number
  readonly onChange: (steps: readonly DraftStep[]) => void
}

export function Steps({ title, steps, least, onChange }: StepsProps) {
  const put = (at: number, part: Partial<DraftStep>): void =>
    onChange(steps.map((step, i) => (i === at ? { ...step, ...part } : step)))
  return (
    <fieldset class="steps">
      <legend>{title}</legend>
      {steps.length === 0 ? <p class="quiet">All at once.</p> : null}
      {steps.map(({ percent, for: hold }, i) => (
        <div key={i} class="step">
          <input
            type="number"
            aria-label={`${title}, step ${i + 1}: percent`}
            min={1}
            max={100}
            value={percent}
            onInput={event => put(i, { percent: Number(event.currentTarget.value) })}
          />
          <span>% for</span>
          <input
            class="span"
            aria-label={`${title}, step ${i + 1}: for how long`}
            value={String(hold)}
            spellcheck={false}
            onInput={event => put(i, { for: event.currentTarget.value })}
          />
          <button
            type="button"
            class="plain"
            disabled={steps.length <= least}
            onClick={() => onChange(steps.filter((_, at) => at !== i))}
          >
            Leave out <span class="hidden">{`step ${i + 1} of ${title}`}</span>
          </button>
        </div>
      ))}
      <button
        type="button"
        class="plain"
        disabled={steps.length >= MOST}
        onClick={() => onChange([...steps, steps.at(-1) ?? { percent: 50, for: '2m' }])}
      >
        One more <span class="hidden">{`step of ${title}`}</span>
      </button>
    </fieldset>
  )
}
