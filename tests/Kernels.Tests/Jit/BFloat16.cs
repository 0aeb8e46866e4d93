// Owns the rounding to bfloat16 as the processor's conversion does it, for expectations.
namespace Tern.Kernels.Tests.Jit;

internal static class BFloat16
{
    /// <summary>To nearest even; subnormal floats become zero, as the conversion instruction reads them.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)(bits >> 16 | 0x40);
        if (float.IsSubnormal(value))
            return (ushort)(bits >> 16 & 0x8000);
        return (ushort)(bits + 0x7fff + (bits >> 16 & 1) >> 16);
    }

    public static float Expand(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
