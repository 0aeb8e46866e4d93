// Owns digits from a folder with MNIST, in another order every epoch.
using Tern.Training.Vision;

namespace Tern.Examples.Images;

internal sealed class MnistDigits(IdxImages set) : IDigits
{
    private readonly int[] _order = [.. Enumerable.Range(0, set.Count)];
    private long _epoch = -1;

    /// <param name="folder">Where the files are.</param>
    /// <param name="name">What their names begin with: train or t10k.</param>
    public static MnistDigits Open(string folder, string name)
    {
        var set = IdxImages.Read(Find($"{name}-images-idx3-ubyte"), Find($"{name}-labels-idx1-ubyte"));
        return (set.Height, set.Width) == (RenderedDigits.Size, RenderedDigits.Size)
            ? new MnistDigits(set)
            : throw new ArgumentException(
                $"{folder}: images of {set.Height} x {set.Width}, but the networks read 28 x 28"
            );

        string Find(string file)
        {
            string path = Path.Combine(folder, file);
            return File.Exists(path) ? path : path + ".gz";
        }
    }

    public void Fill(long start, Span<float> images, Span<int> labels)
    {
        int size = set.Height * set.Width;
        for (int i = 0; i < labels.Length; i++)
        {
            long epoch = Math.DivRem(start + i, set.Count, out long place);
            if (epoch != _epoch)
                new Random((int)(_epoch = epoch)).Shuffle(_order);
            labels[i] = set.Copy(_order[place], images.Slice(i * size, size));
        }
    }
}
