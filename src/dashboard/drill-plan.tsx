// A drill is planned: what is wished for on one side, what it would come to on the other, as one writes.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { OutlookView } from '../control-plane/admin/api.js'
import { call, may, sentenceOf } from './api.js'
import { type Draft, emptyDraft, wishOf } from './drill-draft.js'
import { DrillFields } from './drill-fields.js'
import { Outlook } from './drill-outlook.js'
import { change } from './live.js'
import { Panel, Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { goTo, place } from './router.js'

/** Time to finish a number, ms. */
const PAUSE_MS = 300

export function DrillPlan() {
  const wanted = place.value.query.get('region')
  const draft = useSignal<Draft>({ ...emptyDraft(Date.now()), targets: wanted === null ? [] : [wanted] })
  const told = useSignal<OutlookView | undefined>(undefined)
  const complaint = useSignal('')
  useSignalEffect(() => {
    const asked = draft.value
    // What it would come to changes with what is answered.
    void change.value
    if (asked.targets.length === 0) {
      told.value = undefined
      return
    }
    const timer = setTimeout(() => {
      call('POST', '/v1/drills/plan', { body: wishOf(asked, 'to see what it would do') })
        .then(outlook => {
          if (draft.peek() !== asked) return
          told.value = outlook
          complaint.value = ''
        })
        .catch((error: unknown) => {
          if (draft.peek() === asked) complaint.value = sentenceOf(error)
        })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  const submit = async (reason: string) => {
    const made = await call('POST', '/v1/drills', { body: wishOf(draft.peek(), reason) })
    goTo('drills', { drill: made.id })
  }
  const ready = told.value !== undefined && complaint.value === ''
  return (
    <>
      <h1>Plan a drill</h1>
      <div class="columns">
        <Panel title="What is wished for">
          <ReasonForm
            verb="Plan it"
            hint="what for"
            ready={ready && may('operate')}
            onSubmit={submit}
            onClose={() => {
              // Planned, it is shown; left, the list is.
              if (place.peek().query.has('plan')) goTo('drills')
            }}
          >
            <DrillFields
              draft={draft.value}
              onChange={part => {
                draft.value = { ...draft.peek(), ...part }
              }}
            />
          </ReasonForm>
        </Panel>
        <Panel title="What it would do, as things are now">
          {draft.value.targets.length === 0 ? (
            <p class="quiet">Say which regions are to be drilled.</p>
          ) : told.value === undefined || complaint.value !== '' ? (
            <Waiting what="what it would do" error={complaint.value} />
          ) : (
            <Outlook told={told.value} />
          )}
          <p class="quiet">Nothing moves before it begins. It is asked all of this again then, and before each step.</p>
        </Panel>
      </div>
    </>
  )
}
