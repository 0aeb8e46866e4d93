// Owns the integer half of a product: exact sums of codes over blocks of 32 inputs (or over half blocks), for 16 outputs
// and one or four rows. Products of as many groups as 16 bits can hold are added there before they are widened. Apart
// from the float half, because a loop with both in it is more than the compiler inlines.
using System.Runtime.CompilerServices;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class GroupSums<TBytes, TVector, TFormat>
    where TBytes : struct, IByteProducts<TVector>
    where TVector : unmanaged
    where TFormat : struct, IPackedFormat
{
    /// <summary>Bytes of a block whose codes are unpacked: a byte each.</summary>
    public const int UnpackedBytes = PackedLayout.Panel * PackedLayout.Block;

    /// <summary>Sums of a block and row: 16, or for formats with half blocks twice 16.</summary>
    public static int PerBlock => TFormat.HasHalves ? 2 * PackedLayout.Panel : PackedLayout.Panel;

    /// <summary>Unpacks blocks into a byte a code: byte 64g + 4r + j of a block is that of input 4g + j of output r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Unpack(byte* codes, int blocks, byte* unpacked)
    {
        for (int block = 0; block < blocks; block++)
        {
            for (int part = 0; part < 64; part += TBytes.Bytes)
            {
                TBytes.Store(unpacked + part, TFormat.Group<TBytes, TVector>(codes + part, 0));
                TBytes.Store(unpacked + part + 64, TFormat.Group<TBytes, TVector>(codes + part, 1));
                TBytes.Store(unpacked + part + 128, TFormat.Group<TBytes, TVector>(codes + part, 2));
                TBytes.Store(unpacked + part + 192, TFormat.Group<TBytes, TVector>(codes + part, 3));
                TBytes.Store(unpacked + part + 256, TFormat.Group<TBytes, TVector>(codes + part, 4));
                TBytes.Store(unpacked + part + 320, TFormat.Group<TBytes, TVector>(codes + part, 5));
                TBytes.Store(unpacked + part + 384, TFormat.Group<TBytes, TVector>(codes + part, 6));
                TBytes.Store(unpacked + part + 448, TFormat.Group<TBytes, TVector>(codes + part, 7));
            }
            codes += TFormat.CodeBytes;
            unpacked += UnpackedBytes;
        }
    }

    /// <summary>One row and packed codes: <paramref name="sums"/> is <c>[blocks, PerBlock]</c>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One(byte* codes, sbyte* x, int blocks, float* sums)
    {
        // Fetched first: at the end of so long a body the compiler no longer inlines even a constant.
        int perBlock = PerBlock;
        int codeBytes = TFormat.CodeBytes;
        for (int block = 0; block < blocks; block++)
        {
            for (int part = 0; part < 64; part += TBytes.Bytes)
            {
                Running row = default;
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 0), x, 0);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 1), x + 4, 1);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 2), x + 8, 2);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 3), x + 12, 3);
                if (TFormat.HasHalves)
                    row.Store(sums + part / 4);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 4), x + 16, 4);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 5), x + 20, 5);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 6), x + 24, 6);
                row.Add(TFormat.Group<TBytes, TVector>(codes + part, 7), x + 28, 7);
                row.Store(sums + perBlock - 16 + part / 4);
            }
            sums += perBlock;
            codes += codeBytes;
            x += PackedLayout.Block;
        }
    }

    /// <summary>
    /// Four rows <paramref name="stride"/> bytes apart and unpacked codes: <paramref name="sums"/> is
    /// <c>[blocks, 4, PerBlock]</c>. Two registers of outputs at a time, or the one that is the whole panel.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Four(byte* codes, sbyte* x, nint stride, int blocks, float* sums)
    {
        int perRow = PerBlock;
        int groups = TFormat.HasHalves ? 4 : 8;
        int halves = TFormat.HasHalves ? 2 : 1;
        for (int block = 0; block < blocks; block++)
        {
            for (int part = 0; part < 64; part += TBytes.Bytes == 64 ? 64 : 2 * TBytes.Bytes)
            for (int half = 0; half < halves; half++)
            {
                byte* w = codes + half * 256 + part;
                sbyte* x0 = x + half * 16;
                sbyte* x1 = x0 + stride;
                sbyte* x2 = x1 + stride;
                sbyte* x3 = x2 + stride;
                TVector total00 = default,
                    total10 = default,
                    total20 = default,
                    total30 = default;
                TVector total01 = default,
                    total11 = default,
                    total21 = default,
                    total31 = default;
                for (int run = 0; run < groups; run += TFormat.GroupsInInt16)
                {
                    var low = TBytes.Load(w);
                    var high = TBytes.Bytes == 64 ? low : TBytes.Load(w + TBytes.Bytes);
                    var four = TBytes.Broadcast(x0);
                    var sum00 = Multiply(low, four);
                    var sum01 = TBytes.Bytes == 64 ? sum00 : Multiply(high, four);
                    four = TBytes.Broadcast(x1);
                    var sum10 = Multiply(low, four);
                    var sum11 = TBytes.Bytes == 64 ? sum10 : Multiply(high, four);
                    four = TBytes.Broadcast(x2);
                    var sum20 = Multiply(low, four);
                    var sum21 = TBytes.Bytes == 64 ? sum20 : Multiply(high, four);
                    four = TBytes.Broadcast(x3);
                    var sum30 = Multiply(low, four);
                    var sum31 = TBytes.Bytes == 64 ? sum30 : Multiply(high, four);
                    for (int i = 1; i < TFormat.GroupsInInt16; i++)
                    {
                        w += 64;
                        x0 += 4;
                        x1 += 4;
                        x2 += 4;
                        x3 += 4;
                        low = TBytes.Load(w);
                        high = TBytes.Bytes == 64 ? low : TBytes.Load(w + TBytes.Bytes);
                        four = TBytes.Broadcast(x0);
                        sum00 = TBytes.MultiplyAdd(sum00, low, four);
                        if (TBytes.Bytes != 64)
                            sum01 = TBytes.MultiplyAdd(sum01, high, four);
                        four = TBytes.Broadcast(x1);
                        sum10 = TBytes.MultiplyAdd(sum10, low, four);
                        if (TBytes.Bytes != 64)
                            sum11 = TBytes.MultiplyAdd(sum11, high, four);
                        four = TBytes.Broadcast(x2);
                        sum20 = TBytes.MultiplyAdd(sum20, low, four);
                        if (TBytes.Bytes != 64)
                            sum21 = TBytes.MultiplyAdd(sum21, high, four);
                        four = TBytes.Broadcast(x3);
                        sum30 = TBytes.MultiplyAdd(sum30, low, four);
                        if (TBytes.Bytes != 64)
                            sum31 = TBytes.MultiplyAdd(sum31, high, four);
                    }
                    w += 64;
                    x0 += 4;
                    x1 += 4;
                    x2 += 4;
                    x3 += 4;
                    total00 = TBytes.AddInt32(total00, TBytes.ToInt32(sum00));
                    total10 = TBytes.AddInt32(total10, TBytes.ToInt32(sum10));
                    total20 = TBytes.AddInt32(total20, TBytes.ToInt32(sum20));
                    total30 = TBytes.AddInt32(total30, TBytes.ToInt32(sum30));
                    if (TBytes.Bytes != 64)
                    {
                        total01 = TBytes.AddInt32(total01, TBytes.ToInt32(sum01));
                        total11 = TBytes.AddInt32(total11, TBytes.ToInt32(sum11));
                        total21 = TBytes.AddInt32(total21, TBytes.ToInt32(sum21));
                        total31 = TBytes.AddInt32(total31, TBytes.ToInt32(sum31));
                    }
                }
                float* target = sums + half * 16 + part / 4;
                TBytes.StoreSingle(target, total00);
                TBytes.StoreSingle(target + perRow, total10);
                TBytes.StoreSingle(target + 2 * perRow, total20);
                TBytes.StoreSingle(target + 3 * perRow, total30);
                if (TBytes.Bytes != 64)
                {
                    target += TBytes.Bytes / 4;
                    TBytes.StoreSingle(target, total01);
                    TBytes.StoreSingle(target + perRow, total11);
                    TBytes.StoreSingle(target + 2 * perRow, total21);
                    TBytes.StoreSingle(target + 3 * perRow, total31);
                }
            }
            sums += 4 * perRow;
            codes += UnpackedBytes;
            x += PackedLayout.Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Multiply(TVector codes, TVector x) =>
        TFormat.IsSigned ? TBytes.MultiplySigned(codes, x) : TBytes.Multiply(codes, x);

    /// <summary>The running sums of one row and one register's outputs.</summary>
    private struct Running
    {
        private TVector _narrow;
        private TVector _total;

        /// <summary>Adds a group to what 16 bits still hold, or first empties that into the total, or starts both anew.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TVector codes, sbyte* x, int group)
        {
            int step = TFormat.HasHalves ? group & 3 : group;
            if (step % TFormat.GroupsInInt16 != 0)
            {
                _narrow = TBytes.MultiplyAdd(_narrow, codes, TBytes.Broadcast(x));
                return;
            }
            if (step == TFormat.GroupsInInt16)
                _total = TBytes.ToInt32(_narrow);
            else if (step > 0)
                _total = TBytes.AddInt32(_total, TBytes.ToInt32(_narrow));
            _narrow = Multiply(codes, TBytes.Broadcast(x));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* sums) =>
            TBytes.StoreSingle(
                sums,
                TFormat.GroupsInInt16 >= (TFormat.HasHalves ? 4 : 8)
                    ? TBytes.ToInt32(_narrow)
                    : TBytes.AddInt32(_total, TBytes.ToInt32(_narrow))
            );
    }
}
