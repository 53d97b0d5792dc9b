import numpy as np

from models.data import datasets, shapes


def test_the_set_is_the_same_every_time_and_has_the_promised_sizes():
    first, second = datasets.load("shapes"), datasets.load("shapes")
    assert first.train_images.shape == (5000, 32, 32, 3)
    assert first.test_images.shape == (1000, 32, 32, 3)
    assert first.train_images.dtype == np.uint8
    assert np.array_equal(first.train_images, second.train_images)
    assert np.array_equal(first.test_labels, second.test_labels)


def test_all_ten_classes_come_equally_often():
    data = datasets.load("shapes")
    assert len(data.classes) == 10
    assert np.bincount(data.train_labels).tolist() == [500] * 10
    assert np.bincount(data.test_labels).tolist() == [100] * 10


def test_no_test_image_is_a_training_image():
    data = datasets.load("shapes")
    train = {image.tobytes() for image in data.train_images}
    assert not any(image.tobytes() in train for image in data.test_images)


def test_a_shape_covers_a_visible_part_of_its_image():
    """Pixels inside, counted without noise: between 3 % and 80 % of the area."""
    axis = np.linspace(-1, 1, 32, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    for name, field in shapes.SHAPES.items():
        share = np.mean(field(x / 0.75, y / 0.75) <= 0)
        assert 0.03 < share < 0.8, name
