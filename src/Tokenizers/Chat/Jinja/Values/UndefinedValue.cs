// Owns the value of a name, attribute or item that does not exist: empty when printed, an error when used.
using Tern.Tokenizers.Chat.Jinja.Operations;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>Jinja's <c>Undefined</c>: false, empty, printable as nothing; any other use fails with its reason.</summary>
internal sealed class UndefinedValue : Value
{
    private readonly Value? _owner;
    private readonly Value? _key;
    private readonly string? _problem;

    private UndefinedValue(Value? owner, Value? key, string? problem)
    {
        _owner = owner;
        _key = key;
        _problem = problem;
    }

    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    // As in Python, where the class has a __call__ that fails.
    public override bool IsCallable => true;

    /// <summary>A variable that is not set.</summary>
    public static UndefinedValue Name(string name) => new(null, new StringValue(name), null);

    /// <summary>An attribute or item that <paramref name="owner"/> does not have.</summary>
    public static UndefinedValue Member(Value owner, Value key) => new(owner, key, null);

    /// <summary>A value that is missing for another reason.</summary>
    public static UndefinedValue Because(string problem) => new(null, null, problem);

    /// <summary>A method that would change a value; templates render from immutable input.</summary>
    public static UndefinedValue Unsafe(string type, string method) =>
        Because($"access to attribute '{method}' of '{type}' object is unsafe: templates cannot change their input");

    public ChatTemplateEvaluationException Error(Rendering rendering) => rendering.Error(Problem(rendering));

    public override int? Count(Rendering rendering) => 0;

    public override IEnumerable<Value> Items(Rendering rendering) => [];

    public override Value? Attribute(string name, Rendering rendering) => throw Error(rendering);

    public override Value? Item(Value key, Rendering rendering) => throw Error(rendering);

    public override Value Call(Arguments arguments, Rendering rendering) => throw Error(rendering);

    public override void WriteRepr(TextBuilder text) => text.Append("Undefined");

    public override void WriteText(TextBuilder text) { }

    private string Problem(Rendering rendering)
    {
        if (_problem is not null)
            return _problem;
        if (_owner is null)
            return $"'{((StringValue)_key!).Text}' is undefined";
        var owner = _owner is NoneValue ? "'None'" : $"'{_owner.TypeName} object'";
        return _key is StringValue name
            ? $"{owner} has no attribute '{name.Text}'"
            : $"{owner} has no element {Conversion.Repr(_key!, rendering)}";
    }
}
