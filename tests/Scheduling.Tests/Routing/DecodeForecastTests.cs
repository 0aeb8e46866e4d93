// Owns the forecast of decodes against counting.
using Tern.Scheduling.Routing;

namespace Tern.Scheduling.Tests.Routing;

public sealed class DecodeForecastTests
{
    [Fact]
    public void It_counts_who_began_and_has_not_ended()
    {
        var (forecast, starts, random) = (new DecodeForecast(50), new List<double>(), new Random(1));
        for (var now = 0; now < 20_000; now++)
        {
            var start = now + random.Next(200);
            forecast.Add(start);
            starts.Add(start);
            forecast.Forget(now);
            var at = now + random.Next(300);
            if (now % 50 == 0)
                Assert.Equal(starts.Count(s => s <= at && s > at - 50), forecast.CountAt(at));
        }
    }

    [Fact]
    public void Who_is_known_to_have_ended_is_not_counted()
    {
        var forecast = new DecodeForecast(50);
        forecast.Add(10);
        forecast.Add(20);
        forecast.Remove(10);
        Assert.Equal(1, forecast.CountAt(30));
        forecast.Forget(100);
        forecast.Remove(20);
        Assert.Equal(0, forecast.CountAt(100));
    }
}
