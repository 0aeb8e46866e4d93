// Owns images with labels in files of the IDX format, as MNIST is published.
using System.Buffers.Binary;
using System.IO.Compression;
using Tern.Training.Data;

namespace Tern.Training.Vision;

/// <summary>
/// Grey images and their labels, in memory. A file is a magic number (two zeros, the type, the number of dimensions), the
/// dimensions as big-endian 32-bit numbers, and bytes (Y. LeCun, C. Cortes and C. Burges, The MNIST database); it may be packed with gzip.
/// </summary>
public sealed class IdxImages
{
    private const byte UnsignedByte = 8;

    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private IdxImages(int height, int width, byte[] pixels, byte[] labels)
    {
        (Height, Width) = (height, width);
        _pixels = pixels;
        _labels = labels;
    }

    /// <summary>Images.</summary>
    public int Count => _labels.Length;

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Reads two files that belong together.</summary>
    /// <param name="imagesPath">Images, <c>[samples, height, width]</c>.</param>
    /// <param name="labelsPath">Labels, <c>[samples]</c>.</param>
    /// <exception cref="DataException">A file is no such file, is cut short, or the two are of different length.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IdxImages Read(string imagesPath, string labelsPath)
    {
        var (shape, pixels) = Read(imagesPath, dimensions: 3);
        var (_, labels) = Read(labelsPath, dimensions: 1);
        if (shape[0] != labels.Length)
            throw new DataException(
                labelsPath,
                0,
                $"{labels.Length} labels are not for the {shape[0]} images of {imagesPath}"
            );
        return new IdxImages(shape[1], shape[2], pixels, labels);
    }

    /// <summary>One image, each pixel from 0 to 1.</summary>
    /// <param name="index">Which.</param>
    /// <param name="image">Written, <c>[height, width]</c>.</param>
    /// <returns>Its label.</returns>
    public int Copy(int index, Span<float> image)
    {
        int size = Height * Width;
        var pixels = _pixels.AsSpan(index * size, size);
        for (int i = 0; i < size; i++)
            image[i] = pixels[i] / 255f;
        return _labels[index];
    }

    private static (int[] Shape, byte[] Data) Read(string path, int dimensions)
    {
        byte[] file = Unpack(path);
        int header = 4 + 4 * dimensions;
        if (file.Length < header || file[0] != 0 || file[1] != 0 || file[2] != UnsignedByte || file[3] != dimensions)
            throw new DataException(
                path,
                0,
                $"is no IDX file of bytes in {dimensions} dimensions, which begins with 0, 0, {UnsignedByte}, {dimensions}"
            );
        var shape = new int[dimensions];
        long size = 1;
        for (int i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 + 4 * i));
            // No product of three such numbers overflows before it is found too large.
            if (shape[i] < 0 || (size *= shape[i]) > file.Length)
                throw Short();
        }
        return file.Length - header == size ? (shape, file[header..]) : throw Short();

        DataException Short() =>
            new(
                path,
                0,
                $"holds {file.Length - header} bytes after its header, which are not those of [{string.Join(", ", shape)}]"
            );
    }

    private static byte[] Unpack(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1f, 0x8b, ..])
            return bytes;
        try
        {
            using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            packed.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw new DataException(path, 0, $"is no whole gzip file: {error.Message}", error);
        }
    }
}
