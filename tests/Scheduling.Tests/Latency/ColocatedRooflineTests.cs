// Owns the proof that models which share devices can be compared with models that do not: alone, both rooflines say nearly the same.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class ColocatedRooflineTests
{
    [Theory]
    [InlineData("llama-7b", 1)]
    [InlineData("llama-13b", 2)]
    [InlineData("llama-65b", 4)]
    public void With_the_engine_of_the_roofline_a_step_alone_takes_nearly_as_long(string name, int devices)
    {
        var (device, model) = (DeviceCatalog.Get("a100-80g"), ModelCatalog.Get(name));
        var shared = ColocatedRoofline.Of(device, model, devices);
        var own = new Roofline(device, model, new Parallelism(devices));
        // The plain roofline also samples, and reaches less of the arithmetic in attention.
        foreach (
            var step in new[]
            {
                StepShape.Decode(1, 200),
                StepShape.Decode(64, 64 * 400),
                StepShape.Prefill(1000),
                StepShape.Prefill(200),
            }
        )
            Assert.InRange(shared.StepMs(step) / own.StepMs(step), 0.9, 1.1);
    }
}
