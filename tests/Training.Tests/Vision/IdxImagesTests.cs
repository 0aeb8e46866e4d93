// Images in IDX files: read as published, packed or not, and refused when they are anything else.
using System.IO.Compression;
using Tern.Training.Data;
using Tern.Training.Vision;

namespace Tern.Training.Tests.Vision;

public sealed class IdxImagesTests : IDisposable
{
    private static readonly byte[] s_images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. Pixels()];
    private static readonly byte[] s_labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 4];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_come_back_packed_or_not(bool isPacked)
    {
        var set = Read(isPacked ? Pack(s_images) : s_images, isPacked ? Pack(s_labels) : s_labels);
        Assert.Equal((2, 2, 3), (set.Count, set.Height, set.Width));
        float[] image = new float[6];
        Assert.Equal(4, set.Copy(1, image));
        Assert.Equal([126 / 255f, 147 / 255f, 168 / 255f, 189 / 255f, 210 / 255f, 231 / 255f], image);
        Assert.Equal(7, set.Copy(0, image));
        Assert.Equal(0, image[0]);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_by_its_name()
    {
        for (int length = 0; length < s_images.Length; length++)
            Refused(s_images[..length], s_labels, "images");
        for (int length = 0; length < s_labels.Length; length++)
            Refused(s_images, s_labels[..length], "labels");
        byte[] packed = Pack(s_images);
        Refused(packed[..(packed.Length / 2)], s_labels, "images");
    }

    [Fact]
    public void Files_of_another_kind_or_that_do_not_belong_together_are_refused()
    {
        Refused(s_labels, s_labels, "images");
        Refused(s_images, s_images, "labels");
        Refused([0, 0, 13, .. s_images[3..]], s_labels, "images"); // numbers of four bytes
        Refused([.. s_images, 0], s_labels, "images");
        Refused([0, 0, 8, 3, .. Enumerable.Repeat((byte)0x7f, 12), 0], s_labels, "images");
        Refused([0, 0, 8, 3, 255, 255, 255, 255, .. s_images[8..]], s_labels, "images");
        Refused(s_images, [0, 0, 8, 1, 0, 0, 0, 1, 7], "labels");
    }

    private void Refused(byte[] images, byte[] labels, string file)
    {
        var error = Assert.Throws<DataException>(() => Read(images, labels));
        Assert.Contains(_folder.PathOf(file), error.Message, StringComparison.Ordinal);
    }

    private IdxImages Read(byte[] images, byte[] labels)
    {
        File.WriteAllBytes(_folder.PathOf("images"), images);
        File.WriteAllBytes(_folder.PathOf("labels"), labels);
        return IdxImages.Read(_folder.PathOf("images"), _folder.PathOf("labels"));
    }

    private static byte[] Pixels() => [.. Enumerable.Range(0, 12).Select(i => (byte)(i * 21))];

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
