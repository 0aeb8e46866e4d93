// Owns the contract of a number of rows that is a type, so that the compiler drops the rows there are not.
namespace Tern.Kernels.Cpu.Float;

internal interface IRowCount
{
    static abstract int Rows { get; }
}
