#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The outputs of a judge, logits of "real", on examples that it has not learned from.
package struct JudgeVerdict: Equatable, Sendable {
    package let real: [Float]
    package let generated: [Float]

    package init(real: [Float], generated: [Float]) {
        (self.real, self.generated) = (real, generated)
    }

    /// `mean softplus(-real) + mean softplus(generated)`: 2 ln 2 = 1.386 where the judge cannot
    /// tell, less the better it can.
    package var loss: Double {
        func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        return mean(real.map { softplus(-Double($0)) })
            + mean(generated.map { softplus(Double($0)) })
    }

    /// The share of generated samples that the judge calls real (logit > 0).
    package var acceptance: Double {
        Double(generated.count { $0 > 0 }) / Double(generated.count)
    }

    /// The statistic of the classifier two-sample test: the share of all examples that the judge
    /// assigns rightly, with as many real as generated ones; an output of exactly 0 counts as
    /// "generated" (Lopez-Paz and Oquab, 2017, section 3).
    package var accuracy: Double {
        let right = real.count { $0 > 0 } + generated.count { $0 <= 0 }
        return Double(right) / Double(real.count + generated.count)
    }

    /// Its one-sided p: that of an accuracy this high where samples and real examples are alike,
    /// by the normal approximation `N(1/2, 1/(4n))` for n examples (same place).
    package var pValue: Double {
        let deviation = (accuracy - 0.5) * 2 * Double(real.count + generated.count).squareRoot()
        return erfc(deviation / 2.0.squareRoot()) / 2
    }

    /// What a verdict says, by column, with a line for each.
    package static let columns: [(name: String, meaning: String)] = [
        ("judge_loss", "cross-entropy of a discriminator trained anew; 1.386 = it cannot tell"),
        ("judge_acceptance", "share of generated samples that it calls real"),
        ("c2st_accuracy", "classifier two-sample test: its accuracy; 0.5 = it cannot tell"),
        ("c2st_p", "p of the test: chance of so much accuracy with samples like real examples"),
    ]

    package var values: [Double] { [loss, acceptance, accuracy, pValue] }
}
