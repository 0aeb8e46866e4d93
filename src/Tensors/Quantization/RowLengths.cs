// Owns the check that a row's bytes and its values belong together, made before either is touched.
namespace Tern.Tensors.Quantization;

internal static class RowLengths
{
    /// <summary>
    /// Throws unless <paramref name="values"/> are whole blocks that take exactly <paramref name="bytes"/>.
    /// </summary>
    public static void Check(DType type, int bytes, string bytesName, int values, string valuesName)
    {
        if (!DTypes.IsKnown(type) || !type.IsReal())
            throw new ArgumentOutOfRangeException(nameof(type), type, "not a real element type");
        int perBlock = type.ElementsPerBlock();
        if (values % perBlock != 0)
        {
            throw new ArgumentException(
                $"{values} values are no whole number of {type} blocks, which hold {perBlock} each",
                valuesName
            );
        }
        long expected = type.RowBytes(values);
        if (bytes != expected)
            throw new ArgumentException($"{values} values of {type} take {expected} bytes, not {bytes}", bytesName);
    }
}
