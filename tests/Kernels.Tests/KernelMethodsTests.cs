// Loops that the compiler optimizes at once stay methods of their own. Inlined into a caller, as a profile may suggest, they
// share its budget for inlining, and when that is used up their vector loads become calls: a third of the speed.
using System.Reflection;
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests;

public class KernelMethodsTests
{
    [Fact]
    public void What_is_optimized_at_once_is_never_inlined()
    {
        const BindingFlags All =
            BindingFlags.Static
            | BindingFlags.Instance
            | BindingFlags.Public
            | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly;
        var methods = typeof(CpuBackend)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(All))
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization))
            .ToList();
        Assert.True(methods.Count > 30, $"{methods.Count} such methods");
        Assert.Empty(
            methods
                .Where(method => !method.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining))
                .Select(method => $"{method.DeclaringType}.{method.Name}")
        );
    }
}
