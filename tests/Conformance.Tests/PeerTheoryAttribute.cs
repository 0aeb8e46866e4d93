// Owns what PeerFactAttribute does, for theories.
namespace Tern.Conformance.Tests;

internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = new PeerFactAttribute().Skip;
}
