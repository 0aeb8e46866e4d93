// Owns the tests of stop strings.
using System.Text;
using Tern.Engine.Output;

namespace Tern.Engine.Tests.Output;

public class StopFilterTests
{
    [Fact]
    public void Text_ends_before_the_stop_string_that_is_complete_first_however_it_is_cut()
    {
        var random = new Random(3);
        for (int round = 0; round < 3000; round++)
        {
            string text = Letters(random, random.Next(40), 2 + round % 2);
            string[] stops =
            [
                .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Letters(random, random.Next(1, 7), 2)),
            ];
            var filter = new StopFilter(new StopStrings(stops));
            var released = new StringBuilder();
            for (int i = 0; i < text.Length; )
            {
                int count = Math.Min(random.Next(1, 6), text.Length - i);
                filter.Append(text.AsSpan(i, count), released);
                i += count;
                Assert.DoesNotContain(stops, s => released.ToString().Contains(s, StringComparison.Ordinal));
            }
            filter.Flush(released);
            var (expected, found) = Naive(text, stops);
            Assert.Equal(expected, released.ToString());
            Assert.Equal(found, filter.Found);
        }
    }

    [Fact]
    public void Only_what_may_begin_a_stop_string_is_held_back()
    {
        var filter = new StopFilter(new StopStrings(["</tool>", "\n\nUser:"]));
        var released = new StringBuilder();
        filter.Append("a < b </too", released);
        Assert.Equal("a < b ", released.ToString());
        filter.Append("th \n", released);
        Assert.Equal("a < b </tooth ", released.ToString());
        filter.Append("\nUser: hello", released);
        Assert.Equal("a < b </tooth ", released.ToString());
        Assert.Equal("\n\nUser:", filter.Found);
    }

    private static string Letters(Random random, int length, int kinds) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(kinds))));

    private static (string Text, string? Found) Naive(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            string? found = stops.Where(s => text[..end].EndsWith(s, StringComparison.Ordinal)).MaxBy(s => s.Length);
            if (found is not null)
                return (text[..(end - found.Length)], found);
        }
        return (text, null);
    }
}
