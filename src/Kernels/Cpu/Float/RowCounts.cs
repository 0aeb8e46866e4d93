// Owns the numbers of rows that tiles in C# are compiled for.
namespace Tern.Kernels.Cpu.Float;

internal static class RowCounts
{
    public readonly struct OneRow : IRowCount
    {
        public static int Rows => 1;
    }

    public readonly struct TwoRows : IRowCount
    {
        public static int Rows => 2;
    }

    public readonly struct ThreeRows : IRowCount
    {
        public static int Rows => 3;
    }

    public readonly struct FourRows : IRowCount
    {
        public static int Rows => 4;
    }

    public readonly struct FiveRows : IRowCount
    {
        public static int Rows => 5;
    }

    public readonly struct SixRows : IRowCount
    {
        public static int Rows => 6;
    }

    public readonly struct TwelveRows : IRowCount
    {
        public static int Rows => 12;
    }
}
