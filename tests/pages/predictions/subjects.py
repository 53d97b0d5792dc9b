"""Pictures that nobody took, with what two networks predict for them."""

import numpy as np

from models.data.cifar10 import CLASSES
from pages.ui.predictions.state import Subject
from tests.made_up import CE, KL

CAT, DOG = CLASSES.index("cat"), CLASSES.index("dog")


def q(**shares):
    row = np.zeros(10)
    for name, share in shares.items():
        row[CLASSES.index(name)] = share
    return row


def a_cat(p=None, people=0, kl=None, ce=None):
    kl = q(cat=0.5, dog=0.5) if kl is None else kl
    ce = q(cat=0.25, dog=0.75) if ce is None else ce
    p = q(cat=1) if p is None else p
    says = "Test photograph 7, labelled"
    return Subject("test 7", says, CAT, p, people, {KL: kl, CE: ce}, None)
