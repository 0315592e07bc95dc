import Evaluation
import Testing

struct JudgeVerdictTests {
    /// `softplus(-2) + softplus(-2) = 0.253856` (1 and -1 would be closer).
    @Test func valuesAreThoseOfTheFormulas() {
        let sure = JudgeVerdict(real: [2, 2], generated: [-2, -2])
        #expect(abs(sure.loss - 2 * 0.126_928_011_042_972_5) < 1e-15)
        #expect(sure.acceptance == 0 && sure.accuracy == 1)
        // z = 2: 1 - Phi(2) = 0.022750131948179.
        #expect(abs(sure.pValue - 0.022_750_131_948_179_2) < 1e-15)
        let blind = JudgeVerdict(real: [0, 1, -1, 3], generated: [1, -1, 3, 0])
        #expect(blind.acceptance == 0.5 && blind.accuracy == 0.5 && blind.pValue == 0.5)
        #expect(blind.values == [blind.loss, 0.5, 0.5, 0.5])
        #expect(JudgeVerdict.columns.count == blind.values.count)
    }

    @Test func aJudgeThatCannotTellHasTwoBits() {
        let none = JudgeVerdict(real: [0, 0], generated: [0, 0])
        #expect(abs(none.loss - 1.386_294_361_119_890_6) < 1e-15)
        // 0 counts as "generated".
        #expect(none.accuracy == 0.5 && none.acceptance == 0)
    }

    @Test func largeOutputsDoNotOverflow() {
        let wrong = JudgeVerdict(real: [-1e30], generated: [1e30])
        #expect(wrong.loss == 2 * Double(Float(1e30)) && wrong.accuracy == 0)
        #expect(wrong.pValue > 0.9)
    }
}
