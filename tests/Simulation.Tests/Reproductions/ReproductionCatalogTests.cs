// Owns what the catalog of reproductions must be: a set for every name it lists.
using Tern.Simulation.Reproductions;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class ReproductionCatalogTests
{
    [Fact]
    public void Every_name_has_a_set_and_those_on_traces_ask_for_them()
    {
        foreach (var name in ReproductionCatalog.Names)
        {
            Assert.Equal(name, ReproductionCatalog.Get(name, "traces").Name);
            if (ReproductionCatalog.NeedsTraces(name))
                Assert.Contains(
                    "folder",
                    Assert.Throws<ArgumentException>(() => ReproductionCatalog.Get(name)).Message
                );
        }
    }
}
