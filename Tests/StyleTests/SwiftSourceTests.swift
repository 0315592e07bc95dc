import Testing

@Suite("Finding functions")
struct SwiftSourceTests {
    private func lengths(_ text: String) -> [Int] { SwiftSource(text).functions.map(\.lineCount) }

    @Test func lengthIsFromKeywordToBrace() {
        let text = """
            struct A {
                func one() { 1 }
                func three(
                    _ x: [Int] = [].map { $0 }) -> Int { x.count
                }
                init() {
                    self.init(x: 1)
                }
                var two: Int {
                    2 }
            }
            """
        #expect(lengths(text) == [1, 3, 3, 2])
        #expect(SwiftSource(text).functions.map(\.line) == [2, 3, 6, 9])
    }

    @Test func nestedFunctionsCountThemselves() {
        #expect(lengths("func a() {\n    func b() {\n    }\n}") == [4, 2])
    }

    @Test func requirementsAndStoredPropertiesHaveNoBody() {
        let text = """
            protocol P {
                func a() -> Int
                func b()
                init(x: Int)
                var c: Int { get }
            }
            struct S {
                var d = 1
                var e: [Int] = { [1] }()
                let f = S.init(x: 1)
            }
            """
        #expect(lengths(text).isEmpty)
    }

    @Test func bracesInTextAreNotCode() {
        let text = #"""
            func a() {
                // }
                /* } /* } */ } */
                let b = "}" + "\"}" + "\(c["}"])}"
                let d = """
                    } "quoted" }
                    """
            }
            """#
        #expect(lengths(text) == [8])
        #expect(lengths(##"func a() { let b = #"\" } "# }"## + "\nfunc c() {\n}") == [1, 2])
    }

    @Test func longFunctionsAreSeen() {
        let text = "func a() {\n" + String(repeating: "    b()\n", count: 59) + "}\n"
        #expect(lengths(text) == [61])
    }
}
