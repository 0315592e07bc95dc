import Experiment
import Testing

struct SourceCommitTests {
    private let folder = TemporaryFolder()
    private let outer = String(repeating: "0a", count: 20)
    private let inner = String(repeating: "1b", count: 20)

    private func write(_ name: String, _ text: String) throws {
        try folder.write(name, (text + "\n").utf8)
    }

    private func commit(_ place: String) -> String? {
        SourceCommit.around("\(folder.path)/\(place)/program")
    }

    /// A repository that everything else stands in.
    private func makeRepository() throws {
        try write(".git/HEAD", "ref: refs/heads/main")
        try write(".git/refs/heads/main", outer)
    }

    @Test func branchesAreLooseOrPacked() throws {
        try makeRepository()
        #expect(commit("build/release") == outer)
        try write(".git/HEAD", "ref: refs/heads/other")
        #expect(commit("build/release") == nil)
        try write(
            ".git/packed-refs", "# pack-refs\n\(outer) refs/heads/main\n\(inner) refs/heads/other")
        #expect(commit("build/release") == inner)
    }

    @Test func aHeadMayBeACommit() throws {
        try write(".git/HEAD", inner)
        #expect(commit("build") == inner)
        try write(".git/HEAD", "no commit")
        #expect(commit("build") == nil)
    }

    @Test func aWorktreeHasItsOwnHeadAndSharedBranches() throws {
        try makeRepository()
        try write("tree/.git", "gitdir: \(folder.path)/.git/worktrees/tree")
        try write(".git/worktrees/tree/HEAD", "ref: refs/heads/topic")
        try write(".git/worktrees/tree/commondir", "../..")
        try write(".git/refs/heads/topic", inner)
        #expect(commit("tree/build") == inner)
    }

    @Test func aSubmoduleIsARepositoryOfItsOwn() throws {
        try makeRepository()
        try write("module/.git", "gitdir: ../.git/modules/module")
        try write(".git/modules/module/HEAD", "ref: refs/heads/main")
        try write(".git/modules/module/refs/heads/main", inner)
        #expect(commit("module/build") == inner)
    }

    @Test func aDamagedCheckoutHasNoCommitRatherThanAnothers() throws {
        try makeRepository()
        try write("module/.git", "gitdir: ../nowhere")
        #expect(commit("module/build") == nil)
        try write("module/.git", "nonsense")
        #expect(commit("module/build") == nil)
        try write("copy/.git/config", "")
        #expect(commit("copy/build") == nil)
    }
}
