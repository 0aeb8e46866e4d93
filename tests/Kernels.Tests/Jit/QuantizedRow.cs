// Owns a random row of quantized activations and its bytes.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Tests.Jit;

internal sealed class QuantizedRow
{
    public QuantizedRow(int width, int seed)
    {
        var random = new Random(seed);
        Codes = new sbyte[width];
        Scales = new float[width / 32];
        Sums = new int[width / 16];
        for (int i = 0; i < width; i++)
        {
            // The extremes are what would overflow.
            Codes[i] = (sbyte)(seed % 5 == 4 ? 127 : random.Next(-127, 128));
            Sums[i / 16] += Codes[i];
        }
        for (int block = 0; block < Scales.Length; block++)
            Scales[block] = random.Next(16) == 0 ? 0 : (float)(random.NextDouble() * Math.Pow(2, random.Next(-20, 10)));
    }

    public sbyte[] Codes { get; }

    public float[] Scales { get; }

    /// <summary>Of each half block.</summary>
    public int[] Sums { get; }

    public byte[] Bytes() =>
        [
            .. MemoryMarshal.AsBytes<sbyte>(Codes),
            .. MemoryMarshal.AsBytes<float>(Scales),
            .. MemoryMarshal.AsBytes<int>(Sums),
        ];
}
