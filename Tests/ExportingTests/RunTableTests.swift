import Exporting
import Recording
import Testing

struct RunTableTests {
    @Test func columnsHaveNames() {
        let loss = LogColumn("d_loss", .float32)
        let table = RunTable(
            stream: LogStream(name: "train", columns: [loss]), axis: [1],
            columns: [.init(column: loss, width: 2, values: [3, 4])])
        #expect(table.column("d_loss")?.values == [3, 4])
        #expect(table.column("g_loss") == nil)
    }
}
