// The chain of steps of a policy: each with a form for what stands beneath it, put in another order, left out, added.
import { useSignal } from '@preact/signals'
import { RowButtons } from './field-rows.js'
import { Panel, Waiting } from './parts.js'
import { Field } from './schema-field.js'
import { schema } from './schema-read.js'
import { moved } from './shape.js'
import { readSteps, type Step, stepKinds, writeSteps } from './steps.js'

interface StepsProps {
  readonly written: unknown
  readonly onChange: (written: unknown) => void
}

export function PolicySteps({ written, onChange }: StepsProps) {
  const kinds = stepKinds(schema.value)
  const picked = useSignal('')
  if (kinds.length === 0) return <Waiting what="what steps there are" />
  const steps = readSteps(written)
  const put = (next: readonly Step[]): void => onChange(writeSteps(next, kinds))
  const meaning = kinds.find(({ word }) => word === picked.value)?.schema
  return (
    <>
      <ol class="steps">
        {steps.map((step, i) => {
          const kind = kinds.find(({ word }) => word === step.word)
          return (
            <li key={`${i} ${step.word}`}>
              <Panel
                title={`${i + 1}. ${step.word}`}
                aside={
                  <RowButtons
                    what={`step ${i + 1}, ${step.word}`}
                    onMove={by => put(moved(steps, i, by))}
                    onDrop={() => put(steps.toSpliced(i, 1))}
                  />
                }
              >
                {kind === undefined ? (
                  <p class="complaint">There is no such step.</p>
                ) : (
                  <Field
                    bare
                    label={step.word}
                    schema={kind.schema}
                    value={step.options}
                    onChange={options => put(steps.with(i, { ...step, options }))}
                  />
                )}
              </Panel>
            </li>
          )
        })}
      </ol>
      <div class="row">
        <label>
          Another step{' '}
          <select
            value={picked.value}
            onChange={event => {
              picked.value = event.currentTarget.value
            }}
          >
            <option value="">–</option>
            {kinds.map(({ word }) => (
              <option key={word}>{word}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          disabled={picked.value === ''}
          onClick={() => {
            put([...steps, { word: picked.peek(), options: undefined }])
            picked.value = ''
          }}
        >
          Add the step
        </button>
        <span class="quiet">{meaning?.description ?? meaning?.then?.description}</span>
      </div>
    </>
  )
}
