// Owns map, select, reject and their attribute forms: lazy, as in Jinja.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class SelectionFilters
{
    public static Value Map(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var rest = arguments.Rest();
        Func<Value, Value> change;
        if (rest.Positional.Count == 0 && rest.Named.Any(argument => argument.Key == "attribute"))
        {
            var reader = new ArgumentReader("filter 'map'", rest, rendering);
            var path = AttributePath.Parse(reader.Next("attribute"), reader.Next("default"));
            reader.End();
            change = item => path.Get(item, rendering);
        }
        else
        {
            var (name, remaining) = Head(rest, "map requires a filter argument", rendering);
            change = item => FilterTable.Apply(name, item, remaining, rendering);
        }
        return new IteratorValue(Lazily(subject, rendering, items => items.Select(change)));
    }

    public static Value Select(Value subject, ArgumentReader arguments, bool keeps, Rendering rendering)
    {
        var test = Test(arguments.Rest(), rendering);
        return new IteratorValue(Lazily(subject, rendering, items => items.Where(item => test(item) == keeps)));
    }

    public static Value SelectAttribute(Value subject, ArgumentReader arguments, bool keeps, Rendering rendering)
    {
        var path = AttributePath.Parse(arguments.Require("attribute"), null);
        var test = Test(arguments.Rest(), rendering);
        return new IteratorValue(
            Lazily(subject, rendering, items => items.Where(item => test(path.Get(item, rendering)) == keeps))
        );
    }

    private static Func<Value, bool> Test(Arguments arguments, Rendering rendering)
    {
        if (arguments.Positional.Count == 0)
            return item => item.IsTrue;
        var (name, remaining) = Head(arguments, "a test is missing", rendering);
        return item => TestTable.Apply(name, item, remaining, rendering);
    }

    private static (string Name, Arguments Remaining) Head(Arguments arguments, string problem, Rendering rendering) =>
        arguments.Positional is [StringValue name, ..]
            ? (name.Text, arguments with { Positional = [.. arguments.Positional.Skip(1)] })
            : throw rendering.Error(problem);

    // An empty or undefined value gives nothing; what cannot be iterated fails when the result is read, as a generator does.
    private static IEnumerable<Value> Lazily(
        Value subject,
        Rendering rendering,
        Func<IEnumerable<Value>, IEnumerable<Value>> select
    )
    {
        if (!subject.IsTrue)
            yield break;
        foreach (var item in select(Iteration.Over(subject, rendering)))
            yield return item;
    }
}
