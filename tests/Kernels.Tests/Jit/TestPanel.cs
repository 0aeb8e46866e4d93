// Owns a random panel of weights: its numbers, its packed bytes, and what a row times the panel is, by the formulas.
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

/// <summary>16 outputs of a packed format; those that do not exist have scales of zero.</summary>
internal sealed unsafe class TestPanel
{
    public const int Outputs = 16;
    private readonly DType _type;
    private readonly int _width;
    private readonly int[,] _codes;
    private readonly Half[,] _scales;
    private readonly Half[,] _minimums;
    private readonly int[,] _subScales;
    private readonly int[,] _subMinimums;

    public TestPanel(DType type, int width, int outputs, int seed)
    {
        var random = new Random(seed);
        _type = type;
        _width = width;
        _codes = Integers(width, type == DType.Q8_0 ? (-128, 127) : (0, (1 << Bits) - 1));
        _scales = Halves(width / 32);
        _minimums = Halves(width / 32);
        _subScales = Integers(width / 16, type == DType.Q6_K ? (-128, 127) : (0, 63));
        _subMinimums = Integers(width / 32, (0, 63));

        int[,] Integers(int count, (int Least, int Most) range)
        {
            var values = new int[Outputs, count];
            for (int output = 0; output < Outputs; output++)
            for (int i = 0; i < count; i++)
                values[output, i] = random.Next(range.Least, range.Most + 1);
            return values;
        }

        Half[,] Halves(int count)
        {
            var values = new Half[Outputs, count];
            for (int output = 0; output < outputs; output++)
            for (int i = 0; i < count; i++)
                values[output, i] = (Half)((random.NextDouble() * 2 - 1) * Math.Pow(2, -random.Next(0, 26)));
            return values;
        }
    }

    public static IEnumerable<DType> Types => [DType.Q4_0, DType.Q8_0, DType.Q4_K, DType.Q5_K, DType.Q6_K];

    private bool HasSuper => _type is DType.Q4_K or DType.Q5_K or DType.Q6_K;

    private int Bits => BitsOf(_type);

    /// <summary>The depth that shares d.</summary>
    private int ScaleDepth => HasSuper ? 256 : 32;

    public static int BitsOf(DType type) =>
        type switch
        {
            DType.Q8_0 => 8,
            DType.Q6_K => 6,
            DType.Q5_K => 5,
            _ => 4,
        };

    /// <summary>The scale stream, without its padding.</summary>
    public byte[] PackScales()
    {
        var bytes = new MemoryStream();
        var writer = new BinaryWriter(bytes);
        for (int block = 0; block < _width / 32; block++)
        {
            if (block * 32 % ScaleDepth == 0)
            {
                Each(output => writer.Write(_scales[output, block * 32 / ScaleDepth]));
                if (_type is DType.Q4_K or DType.Q5_K)
                    Each(output => writer.Write(_minimums[output, block / 8]));
            }
            if (_type is DType.Q4_K or DType.Q5_K)
            {
                Each(output => writer.Write((byte)_subScales[output, block]));
                Each(output => writer.Write((byte)_subMinimums[output, block]));
            }
            if (_type == DType.Q6_K)
            {
                Each(output => writer.Write((sbyte)_subScales[output, 2 * block]));
                Each(output => writer.Write((sbyte)_subScales[output, 2 * block + 1]));
            }
        }
        return bytes.ToArray();

        static void Each(Action<int> write)
        {
            for (int output = 0; output < Outputs; output++)
                write(output);
        }
    }

    /// <summary>The code stream.</summary>
    public byte[] PackCodes()
    {
        int blockBytes = 64 * Bits;
        var bytes = new byte[_width / 32 * blockBytes];
        for (int output = 0; output < Outputs; output++)
        for (int at = 0; at < _width; at++)
        {
            var block = bytes.AsSpan(at / 32 * blockBytes, blockBytes);
            int code = _codes[output, at];
            int k = at % 32;
            int lane = 4 * output + k % 4;
            int group = k / 4;
            if (_type == DType.Q8_0)
            {
                block[64 * group + lane] = (byte)code;
                continue;
            }
            block[64 * (group % 4) + lane] |= (byte)((code & 15) << 4 * (group / 4));
            if (_type == DType.Q5_K)
                block[256 + lane] |= (byte)(code >> 4 << group);
            if (_type == DType.Q6_K)
                block[256 + 64 * (group / 4) + lane] |= (byte)(code >> 4 << 2 * (group % 4));
        }
        return bytes;
    }

    /// <summary>One output of one row: blocks ascending, every operation rounded once.</summary>
    public float Multiply(int output, QuantizedRow row)
    {
        float acc = 0;
        for (int block = 0; block < _width / 32; block++)
        {
            float dx = row.Scales[block];
            int s0 = row.Sums[2 * block];
            int s1 = row.Sums[2 * block + 1];
            int sum0 = Dot(output, row, 32 * block);
            int sum1 = Dot(output, row, 32 * block + 16);
            float d = (float)_scales[output, block * 32 / ScaleDepth];
            switch (_type)
            {
                case DType.Q4_0:
                    acc = MathF.FusedMultiplyAdd(d * dx, sum0 + sum1 - 8 * (s0 + s1), acc);
                    break;
                case DType.Q8_0:
                    acc = MathF.FusedMultiplyAdd(d * dx, sum0 + sum1, acc);
                    break;
                case DType.Q6_K:
                    acc = MathF.FusedMultiplyAdd(d * _subScales[output, 2 * block] * dx, sum0 - 32 * s0, acc);
                    acc = MathF.FusedMultiplyAdd(d * _subScales[output, 2 * block + 1] * dx, sum1 - 32 * s1, acc);
                    break;
                default:
                    float minimum = (float)_minimums[output, block / 8] * _subMinimums[output, block];
                    acc = MathF.FusedMultiplyAdd(d * _subScales[output, block] * dx, sum0 + sum1, acc);
                    acc = MathF.FusedMultiplyAdd(-minimum, dx * (s0 + s1), acc);
                    break;
            }
        }
        return acc;
    }

    /// <summary>What the format defines as the value of a weight.</summary>
    public float Value(int output, int at)
    {
        int code = _codes[output, at];
        float d = (float)_scales[output, at / ScaleDepth];
        return _type switch
        {
            DType.Q4_0 => d * (code - 8),
            DType.Q8_0 => d * code,
            DType.Q6_K => d * _subScales[output, at / 16] * (code - 32),
            _ => d * _subScales[output, at / 32] * code
                - (float)_minimums[output, at / 256] * _subMinimums[output, at / 32],
        };
    }

    private int Dot(int output, QuantizedRow row, int start)
    {
        int sum = 0;
        for (int k = start; k < start + 16; k++)
            sum += _codes[output, k] * row.Codes[k];
        return sum;
    }
}
