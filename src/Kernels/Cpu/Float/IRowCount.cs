// Owns the numbers of rows that tiles in C# are compiled for: as types, so that the compiler drops the rows there are not.
namespace Tern.Kernels.Cpu.Float;

internal interface IRowCount
{
    static abstract int Rows { get; }
}

internal readonly struct OneRow : IRowCount
{
    public static int Rows => 1;
}

internal readonly struct TwoRows : IRowCount
{
    public static int Rows => 2;
}

internal readonly struct ThreeRows : IRowCount
{
    public static int Rows => 3;
}

internal readonly struct FourRows : IRowCount
{
    public static int Rows => 4;
}

internal readonly struct FiveRows : IRowCount
{
    public static int Rows => 5;
}

internal readonly struct SixRows : IRowCount
{
    public static int Rows => 6;
}

internal readonly struct TwelveRows : IRowCount
{
    public static int Rows => 12;
}
