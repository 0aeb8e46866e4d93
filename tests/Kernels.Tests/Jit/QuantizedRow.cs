// Owns a random row of quantized activations and its bytes.
using System.Runtime.InteropServices;
using Tern.Kernels.Cpu.Packed;

namespace Tern.Kernels.Tests.Jit;

internal sealed unsafe class QuantizedRow
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

    /// <summary>The records of rows, slab after slab.</summary>
    public static byte[] Pack(QuantizedRow[] rows)
    {
        int slabs = (rows[0].Scales.Length + RowSlab.Blocks - 1) / RowSlab.Blocks;
        var packed = new RowSlab[slabs * rows.Length];
        for (int i = 0; i < packed.Length; i++)
            packed[i] = rows[i % rows.Length].Slab(i / rows.Length);
        return MemoryMarshal.AsBytes<RowSlab>(packed).ToArray();
    }

    private RowSlab Slab(int slab)
    {
        var packed = new RowSlab();
        int first = slab * RowSlab.Blocks;
        for (int block = 0; block < RowSlab.Blocks && first + block < Scales.Length; block++)
        {
            int at = first + block;
            for (int k = 0; k < 32; k++)
                packed.Codes[32 * block + k] = Codes[32 * at + k];
            packed.Scales[block] = Scales[at];
            packed.Sums[2 * block] = (short)Sums[2 * at];
            packed.Sums[2 * block + 1] = (short)Sums[2 * at + 1];
            packed.Products[block] = Scales[at] * (Sums[2 * at] + Sums[2 * at + 1]);
        }
        return packed;
    }
}
