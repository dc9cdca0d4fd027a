// Linear programs solved by HiGHS, as WebAssembly. It blocks for as long as it takes: for threads that may wait.
import highs, { type Highs, type ModelData } from 'highs'
import type { LinearProgram } from './linear-program.js'

/** Seconds after which a program is given up. */
const TIME_LIMIT = 20

// Its types are those of its CommonJS form; what Node imports is the other, whose default is the function itself.
const load = highs as unknown as typeof highs.default

let loaded: Promise<Highs> | undefined

/** The values of the columns. @throws where there is no best solution, or not in time */
export async function solve(program: LinearProgram): Promise<Float64Array> {
  loaded ??= load()
  const { withModel, constants } = await loaded
  return withModel(modelOf(program), model => {
    model.options.set({ output_flag: false, time_limit: TIME_LIMIT })
    const { modelStatus } = model.run()
    if (modelStatus !== constants.modelStatus.optimal)
      throw new Error(`the balance of load has no solution (HiGHS status ${modelStatus})`)
    return model.getSolution().colValue
  })
}

function modelOf({ cost, most, rowLeast, rowMost, starts, indices, values }: LinearProgram): ModelData {
  const [numCols, numRows] = [cost.length, rowLeast.length]
  return {
    numCols,
    numRows,
    colCost: cost,
    colLower: new Float64Array(numCols),
    colUpper: most,
    rowLower: rowLeast,
    rowUpper: rowMost,
    matrix: { format: 'csr', numRows, numCols, starts, indices, values },
  }
}
