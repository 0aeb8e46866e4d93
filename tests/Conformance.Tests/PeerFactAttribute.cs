// Owns what happens to tests that need npm packages: with TERN_REQUIRE_SHARED=1 (CI, which installs them) they run, elsewhere
// they are reported as skipped with the command that installs what is missing.
using Tern.Testing;

namespace Tern.Conformance.Tests;

internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute() =>
        Skip =
            SharedData.SkipReason
            ?? (
                SharedData.Required || Directory.Exists(Path.Combine(Peers.Folder, "node_modules"))
                    ? null
                    : $"the JavaScript client is absent (npm ci --ignore-scripts in {Peers.Folder})"
            );
}
