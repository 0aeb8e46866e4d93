// Checks normalization forms against digests taken with ICU (Unicode 17) over all code points, each followed by U+0301.
using System.Security.Cryptography;
using System.Text;
using Tern.Tokenizers.Normalizers;

namespace Tern.Tokenizers.Tests;

public sealed class UnicodeNormalizationTests
{
    [Theory]
    [InlineData(NormalizationForm.FormC, "dbaeb3ceb2fb3afa93fe17caaeed83c2fb3e4c06051eb34dcae2b7f393e48544")]
    [InlineData(NormalizationForm.FormD, "c9b651382f29d335f4a2a6c86161169d24e2611dd3170533937bfed47ddc302b")]
    [InlineData(NormalizationForm.FormKC, "ccd888579dceb09075ebf8450c2008c76156b580ec525a9c45c21cb20e96816e")]
    [InlineData(NormalizationForm.FormKD, "24486b01afda4720f1b981329dc9c177667ed105858d53799ec2d928b73b250b")]
    public void EveryCodePointNormalizesAsIcuNormalizesIt(NormalizationForm form, string digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new StringBuilder();
        for (int point = 0; point <= 0x10FFFF; point++)
        {
            if (point is >= 0xD800 and <= 0xDFFF)
                continue;
            text.Append(char.ConvertFromUtf32(point)).Append("\u0301\n");
            if (text.Length > 0x8000 || point == 0x10FFFF)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(UnicodeNormalization.Normalize(text.ToString(), form)));
                text.Clear();
            }
        }
        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("d\u0307\u0323", "\u1E0D\u0307")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\uD800x\u00C5", "\uD800x\u00C5")]
    public void MarksAreOrderedAndPairsRecompose(string text, string composed)
    {
        Assert.Equal(composed, UnicodeNormalization.Normalize(text, NormalizationForm.FormC));
    }
}
